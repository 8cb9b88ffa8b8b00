import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import type { Feedback } from '../api/threads.ts';
import type { SharedSearch } from '../url/page-search.ts';
import './feedback-line.css';
import { Ago } from './time/ago.tsx';
import { Tip } from './tip/tip.tsx';

/** What a user thinks: the thumb, the score and the words. */
export function FeedbackLine(props: {
  readonly feedback: Feedback;
  readonly shared: SharedSearch;
  /** Whose it is, where the page does not say so. */
  readonly showsUser?: boolean;
  readonly about?: ReactNode;
}): ReactElement {
  const { feedback, shared, showsUser = false, about } = props;
  const { thumb, score, comment, userId, userClaimed, at } = feedback;
  return (
    <div className="feedback-line">
      {thumb !== null && (
        <span className={thumb === 'up' ? 'badge good' : 'badge bad'}>
          {thumb === 'up' ? 'thumb up' : 'thumb down'}
        </span>
      )}
      {score !== null && <span className="badge">score {score}</span>}
      {comment !== null && (
        <span className="feedback-comment" dir="auto">
          {comment}
        </span>
      )}
      <span className="faint feedback-about">
        {showsUser &&
          (userId === null ? (
            'no user'
          ) : (
            <Link to="/user" search={{ ...shared, id: userId }} className="link truncate">
              {userId}
            </Link>
          ))}
        {userClaimed && (
          <Tip className="badge warn" text="The user is claimed by a browser, not verified.">
            unverified
          </Tip>
        )}
        {about}
        <Ago time={at} />
      </span>
    </div>
  );
}
