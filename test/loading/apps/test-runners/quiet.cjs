// A Jest reporter that prints nothing.
module.exports = function Quiet() {};
