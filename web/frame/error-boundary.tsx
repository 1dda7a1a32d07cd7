import { Component, type ReactNode } from 'react';
import { Problem } from '../ui/state.tsx';

const reloadedKey = 'ngoma.reloaded';

/** React has no function for this. A screen that breaks leaves the shell and the sound alone. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    console.error(error);
    // After an update the files an old page wants are gone; the new page knows the new names. Once, not in a loop.
    if (isMissingFile(error) && navigator.onLine && sessionStorage.getItem(reloadedKey) === null) {
      sessionStorage.setItem(reloadedKey, '1');
      location.reload();
    }
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <main id="main" tabIndex={-1}>
        <Problem error={this.state.error} retry={() => this.setState({ error: null })} page />
      </main>
    );
  }
}

function isMissingFile(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    /dynamically imported module|importing a module/i.test(error.message)
  );
}
