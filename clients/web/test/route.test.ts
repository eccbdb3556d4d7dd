import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseRoute, routePath, takeLoginCode, type Route } from '../src/route.ts';

describe('routes', () => {
  it.each<[Route]>([
    [{ face: 'search', query: '' }],
    [{ face: 'search', query: '50% off / a?b#c "榕樹"' }],
    [{ face: 'transfers' }],
    [{ face: 'library' }],
  ])('come back from their path: %j', (route) => {
    expect(parseRoute(routePath(route))).toEqual(route);
  });

  it('of unknown or broken paths lead to search', () => {
    expect(parseRoute('/nowhere')).toEqual({ face: 'search', query: '' });
    expect(parseRoute('/search/%E0%A4')).toEqual({ face: 'search', query: '%E0%A4' });
  });
});

describe('the code of a login link', () => {
  beforeEach(() => {
    history.replaceState(null, '', '/');
  });

  it('is taken once, out of the address', () => {
    location.hash = '#login=a%2Bb';
    expect(takeLoginCode()).toBe('a+b');
    expect(location.href).not.toContain('login');
    expect(takeLoginCode()).toBeUndefined();
  });

  it('is not seen in other fragments', () => {
    location.hash = '#/search/login=x';
    expect(takeLoginCode()).toBeUndefined();
  });
});
