import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';

export function NotFound(): ReactElement {
  return (
    <div className="nothing">
      <strong>Page not found.</strong>
      <Link to="/" className="link">
        Go to the users
      </Link>
    </div>
  );
}
