/** The door of @banyan/auth. */
export { AuthConfig } from './config.ts';
export { AUTH_STORE } from './records.ts';
export { createAuthService, type AuthService, type AuthServiceComponents } from './service.ts';
