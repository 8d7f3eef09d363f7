declare global {
  namespace App {
    interface Error {
      message: string;
    }
  }

  /** The part of Trusted Types that the app uses. TypeScript's own library does not declare it. */
  interface Window {
    trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): object };
    };
  }
}

export {};
