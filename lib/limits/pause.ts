/** Longest pause that agents take, in seconds: whoever asks for one checks it too, and says so sooner. */
export const LONGEST_PAUSE_SECONDS = 12 * 3600;
