/** What to do where the operating system refuses a hub. */
export const doctorHint =
  'Run the doctor: it installs a udev rule that lets the group of serial ports switch hubs.';
