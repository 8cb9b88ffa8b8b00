/** Returns the start of a local day, without using the code under test. */
export function startOfDay(day: string, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const quarter = 900_000;
  for (let at = Date.parse(`${day}T00:00Z`) - 15 * 3_600_000; ; at += quarter) {
    if (format.format(at) === day) {
      return at;
    }
  }
}
