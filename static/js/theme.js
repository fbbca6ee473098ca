// Runs before anything is painted: marks the page as scripted, and puts on the colours this device chose.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("chatsite:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's choice stands.
}
