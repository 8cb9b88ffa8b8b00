module.exports = {
  testMatch: ['**/*.jest.?js'],
  transform: {},
  moduleFileExtensions: ['mjs', 'js', 'cjs', 'json'],
};
