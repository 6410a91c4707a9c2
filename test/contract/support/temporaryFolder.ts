/** The environment variables that set the folder for temporary files, on Linux, macOS and Windows. */
export function temporaryFolder(path: string): NodeJS.ProcessEnv {
	return { TMPDIR: path, TEMP: path, TMP: path };
}
