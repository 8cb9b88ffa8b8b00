import '@fontsource-variable/inter/wght.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/content.css';
import './styles/overlays.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';

// Loaded by `early.ts`, the entry point.
const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
