// Numbers, times and durations in words.

const integers = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export const count = (number) => integers.format(number);

/** "1 event", "1,200 events". */
export function counted(number, noun, plural = `${noun}s`) {
  return `${count(number)} ${number === 1 ? noun : plural}`;
}

export function bytes(number) {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let value = number;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? count(value) : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

export function duration(seconds) {
  if (seconds < 1) return "less than a second";
  const steps = [[31557600, "year"], [86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
  const [size, noun] = steps.find(([step]) => seconds >= step * (step > 1 ? 2 : 1));
  return counted(Math.floor(seconds / size), noun);
}

/** The clock in the browser's time zone; with the day where it is not today. */
export function shortTime(text, now = new Date()) {
  const time = new Date(text);
  const hours = `${clock.format(time)}.${String(time.getMilliseconds()).padStart(3, "0")}`;
  const today = time.toDateString() === now.toDateString();
  return today ? hours : `${day.format(time)} ${clock.format(time)}`;
}

/** "24 Nov 2026, 21:00:00 (2 minutes ago)". */
export function longTime(text, now = Date.now()) {
  const time = new Date(text);
  const ago = (now - time.getTime()) / 1000;
  const distance = ago >= 0 ? `${duration(ago)} ago` : `in ${duration(-ago)}`;
  return `${whole.format(time)} (${distance})`;
}
