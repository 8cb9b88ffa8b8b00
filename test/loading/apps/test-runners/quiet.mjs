// A vitest reporter that prints nothing: its times differ from run to run.
// oxlint-disable-next-line import/no-default-export -- as Vitest reads it
export default function Quiet() {}
