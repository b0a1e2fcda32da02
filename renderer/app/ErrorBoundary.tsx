import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { EmptyState } from '../ui/EmptyState.tsx';

interface State {
  readonly error: Error | null;
}

/** A bug in the window is said as one; boards and recordings do not care. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main style={{ display: 'grid', height: '100%' }}>
        <EmptyState icon={<TriangleAlert size={24} />} heading="h1" title="This window met a bug">
          <p>Your boards and their recordings go on without it.</p>
          <p>
            <code data-selectable>{error.message}</code>
          </p>
          <button type="button" className="button" data-size="large" onClick={() => window.location.reload()}>
            Reload window
          </button>
        </EmptyState>
      </main>
    );
  }
}
