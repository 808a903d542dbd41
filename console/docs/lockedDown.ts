import type { Plugin } from "vite";

/** Parts of Scalar that talk to its makers, or draw what this page has no use for, by what asks for them. They are not built in. */
const leftOut: readonly RegExp[] = [
  // The assistant; what sends the document to a registry; and what sets all of it up.
  /\/AgentScalarDrawer\.vue\.js$/,
  /\/OpenMCPButton\.vue\.js$/,
  /\/ExploreScalarModal\.vue\.js$/,
  /\/explore-scalar\/index\.js$/,
  /\/DeveloperTools\.vue\.js$/,
  // Two hundred pictures for groups of operations.
  /^@scalar\/icons\/library$/,
];

const nothing = "\0nothing";
const nothingText = `const nothing = { render: () => null };
export default nothing;
export { nothing as ExploreScalarButton, nothing as LibraryIcon };`;

/** A change to a file of a package. */
interface Change {
  readonly file: RegExp;
  readonly from: RegExp;
  readonly to: string;
}

const changes: readonly Change[] = [
  {
    // A <style> that the policy refuses. Colours and fonts are in `rest.css`.
    file: /\/ApiReference\.vue_vue_type_script[^/]*\.js$/,
    from: /\(openBlock\(\), createBlock\(resolveDynamicComponent\("style"\).*?\["innerHTML"\]\)\)/,
    to: 'createCommentVNode("", true)',
  },
  {
    // What was in it, with the fonts of another host.
    file: /\/ApiReference\.vue_vue_type_script[^/]*\.js$/,
    from: /getThemeStyles\(mergedConfig.*?\}\)/,
    to: '""',
  },
  {
    // The policy has no frames: it says so then, and a PDF is downloaded.
    file: /\/ResponseBodyPreview\.vue_vue_type_script[^/]*\.js$/,
    from: /if \(!__props\.src\)/,
    to: 'if (!__props.src || __props.mode === "object")',
  },
  {
    // It can do so without a <style> as well.
    file: /\/style-mod\/src\/style-mod\.js$/,
    from: /!root\.head && root\.adoptedStyleSheets/,
    to: "root.adoptedStyleSheets",
  },
];

/** Styles that a package puts into the page by a program, taken out of it to be a file. */
const toasts = /\/@scalar\/use-toasts\/dist\/index\.js$/;
const putsStyles = /^\(function\(\).*createTextNode\((".*?")\)\).*$/m;
const styles = "\0styles-of-toasts.css";

/**
 * Makes of Scalar what the policy of its page allows, and leaves out what could ask somebody else.
 * @throws {Error} in the build, when something of it was not found: another version of Scalar is to be read anew.
 */
export function lockedDown(): Plugin {
  const missing = new Set([...leftOut, ...changes, toasts]);
  let toastStyles = "";
  return {
    name: "locked-down",
    enforce: "pre",
    resolveId(source) {
      if (source === styles) return styles;
      const match = leftOut.find((each) => each.test(source));
      if (match) missing.delete(match);
      return match && nothing;
    },
    load: (id) => (id === nothing ? nothingText : id === styles ? toastStyles : undefined),
    transform(code, id) {
      const due = changes.filter(({ file, from }) => file.test(id) && from.test(code));
      for (const change of due) missing.delete(change);
      const changed = due.reduce((text, { from, to }) => text.replace(from, () => to), code);
      const [put = "", text = ""] = (toasts.test(id) && putsStyles.exec(code)) || [];
      if (text === "") return due.length > 0 ? changed : undefined;
      missing.delete(toasts);
      toastStyles = JSON.parse(text) as string;
      return changed.replace(put, () => `import ${JSON.stringify(styles)};`);
    },
    generateBundle() {
      if (missing.size === 0) return;
      const names = [...missing].map((each) => (each instanceof RegExp ? each : each.file).source);
      throw new Error(`Scalar is not as it was. Not found in it: ${names.join(", ")}`);
    },
  };
}
