/** Why Ngoma cannot start, as one plain sentence for whoever runs it; shown without a stack trace. */
export class CannotStart extends Error {}

/** The sentence for a file or network error the operator can do something about, or null for a bug of ours. */
export function explainSystemError(
  error: unknown,
  subject: string,
  remedy = 'choose another folder with NGOMA_HOME',
): string | null {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk is full: no space left for ${subject}.`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not write ${subject}: change its owner, or ${remedy}.`;
    case 'EROFS':
      return `${subject} is on a read-only disk: ${remedy}.`;
    case 'ENOENT':
      return `${subject} cannot be made: ${remedy}.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${subject} cannot be a folder, a file stands in its way: ${remedy}.`;
    default:
      return null;
  }
}
