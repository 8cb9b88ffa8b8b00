/** Types that a prop can have. Other values are dropped with one warning. */
export type UserProp = string | number | boolean;

/** Props of a user. `name`, `email`, `avatar` and `group` have columns of their own; any other is kept as it is. */
export type UserProps = Readonly<Record<string, unknown>>;

/** A user: an id and the props that were given together with it, never merged from two people. */
export interface User {
  readonly id: string;
  readonly props: Readonly<Record<string, UserProp>>;
}
