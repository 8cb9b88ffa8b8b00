const hours = { saturday: '10 to 16', sunday: 'closed' };

/** When the shop is open on a day of the week. */
export function openingHours(day = 'monday') {
  return hours[day.toLowerCase()] ?? '9 to 18';
}
