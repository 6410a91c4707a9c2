// Takes the pictures of the docs in the real editor.
import '../test/e2e/browser/screenshots';
