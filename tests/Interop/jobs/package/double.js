module.declare([], function (require, exports, module) {
  exports.double = (x) => x + x;
});
