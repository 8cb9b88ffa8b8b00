import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

export function NotFound(): ReactElement {
  return (
    <div className="nothing">
      <h1>Page not found</h1>
      <Link to="/" className="link">
        Go to the users
      </Link>
    </div>
  );
}
