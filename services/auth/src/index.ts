/** The door of @banyan/auth. */
export { AuthConfig } from './config.ts';
export { createAuthService, type AuthService, type AuthServiceComponents } from './service.ts';
