// Prints what does not change between two runs.
// oxlint-disable-next-line import/no-default-export -- what `--test-reporter` takes
export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:pass' || type === 'test:fail') yield `${type} ${data.name}\n`;
  }
}
