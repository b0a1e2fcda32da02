import { expect, test } from 'vitest';
import { answerChallenge, parseChallenge } from './digest.ts';

test('the example of RFC 7616 (section 3.9.1) is answered as printed there', () => {
  const challenge = parseChallenge(
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
  );
  expect(challenge).not.toBeNull();
  if (!challenge) return;
  const header = answerChallenge(challenge, {
    user: 'Mufasa',
    password: 'Circle of Life',
    method: 'GET',
    target: '/dir/index.html',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  });
  expect(header).toContain('response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"');
  expect(header).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
});

test('SHA-256 is found among several challenges', () => {
  const header = 'Basic realm="plug", Digest qop="auth", realm="plug-1", nonce="60dc59c6", algorithm=SHA-256';
  expect(parseChallenge(header)).toEqual({ realm: 'plug-1', nonce: '60dc59c6', opaque: null });
});

test('what is no digest with SHA-256 and qop=auth is no challenge', () => {
  for (const header of [
    undefined,
    '',
    'Basic realm="plug"',
    'Digest realm="plug", nonce="1", qop="auth"',
    'Digest realm="plug", nonce="1", qop="auth", algorithm=MD5',
    'Digest realm="plug", nonce="1", qop="auth-int", algorithm=SHA-256',
    'Digest realm="plug", qop="auth", algorithm=SHA-256',
  ])
    expect(parseChallenge(header)).toBeNull();
});

test('each answer has a number of its own', () => {
  const ask = { user: 'admin', password: 'x', method: 'GET', target: '/rpc' };
  const challenge = { realm: 'plug', nonce: '1', opaque: null };
  expect(answerChallenge(challenge, ask)).not.toBe(answerChallenge(challenge, ask));
});
