import type { ReactNode } from 'react';

export default function Page(): ReactNode {
  return <p>POST a question to /ask.</p>;
}
