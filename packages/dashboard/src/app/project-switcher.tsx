import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { ProjectAccess } from '../api/session.ts';
import { Icon } from '../ui/icon.tsx';
import { Popover } from '../ui/overlay/popover.tsx';
import type { SharedSearch } from '../url/page-search.ts';
import { projectUrl } from '../url/project-url.ts';

/** Shows the project of the page, and a menu of the others. */
export function ProjectSwitcher(props: {
  readonly current: string;
  readonly projects: readonly ProjectAccess[];
  readonly shared: SharedSearch;
}): ReactElement {
  const { current, projects, shared } = props;
  return (
    <Popover
      label="Projects"
      trigger={
        <button type="button" className="button project-button" aria-label={`Project ${current}: change`}>
          <span className="truncate" dir="auto">
            {current}
          </span>
          <Icon name="chevron" />
        </button>
      }
    >
      <div className="menu-label">Projects of your session</div>
      {projects.map(({ project, permission }) => (
        <a
          key={project}
          href={projectUrl(project, shared, window.location.pathname)}
          className="menu-item"
          aria-current={project === current ? 'true' : undefined}
        >
          <span className="mark">{project === current && <Icon name="check" />}</span>
          <span className="truncate" dir="auto">
            {project}
          </span>
          <span className="faint">{permission === 'admin' ? '' : 'read only'}</span>
        </a>
      ))}
      <Link to="/projects" search={shared} className="menu-item">
        <span className="mark">
          <Icon name="projects" />
        </span>
        All projects; add a project
      </Link>
    </Popover>
  );
}
