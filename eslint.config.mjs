import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist/", "out/", "build/", "build-*/", "scratch/", "compat/report/", "docs/api/", "node_modules/"] },
  {
    files: ["{src,test,compat,bench,endurance,demo,examples}/**/*.{ts,mts}"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: ["tsconfig.json", "tsconfig.dev.json", "test/types/tsconfig.json"], tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/use-unknown-in-catch-callback-variable": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      // An async function without await rejects where a plain one would throw: the surface asks for that.
      "@typescript-eslint/require-await": "off",
      // The package is CommonJS, and what may be missing (the addon) is loaded when it is needed.
      "@typescript-eslint/no-require-imports": "off",
    },
  },
  {
    // chai's assertions are property reads, and functions are compared and passed on by themselves.
    files: ["test/**/*.ts", "compat/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off", "@typescript-eslint/unbound-method": "off" },
  },
);
