import { type DragEvent, type ReactNode, useId, useState } from 'react';
import { Icon } from './icon.tsx';

/** One file by dropping it or by choosing it; the whole board is the button. */
export function FileDrop({
  label,
  hint,
  accept,
  file,
  onFile,
}: {
  label: string;
  hint: ReactNode;
  accept: string;
  /** What was chosen, said on the board: a name and a size. */
  file: string | null;
  onFile: (file: File) => void;
}): ReactNode {
  const id = useId();
  const [over, setOver] = useState(false);
  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped !== undefined) onFile(dropped);
  }
  return (
    <div
      className={over ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input
        id={id}
        type="file"
        accept={accept}
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen !== undefined) onFile(chosen);
          currentTarget.value = ''; // the same file may be chosen once more
        }}
      />
      <label htmlFor={id}>
        <Icon name="file" />
        <b>{file ?? label}</b>
        <span className="cap">{hint}</span>
      </label>
    </div>
  );
}
