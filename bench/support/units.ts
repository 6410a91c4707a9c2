/** Bytes in a megabyte, as the API counts them in its limit of 50 MB for an image. */
export const MB = 1024 * 1024;
