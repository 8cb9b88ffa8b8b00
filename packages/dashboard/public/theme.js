// Runs before the first paint, so that a chosen theme never flashes. A file of its own because the content policy
// allows no inline script. Without a choice the style sheet follows the system.
try {
  const theme = localStorage.getItem('userspan.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is forbidden here: the system's theme it is.
}
