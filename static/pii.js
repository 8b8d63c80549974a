// Personal data in a comment, found while it is typed. The same as survey_app/pii/rules.py, with the same
// rules (static/pii-rules.js, to be loaded first); a test compares the two. Places are code points.
(function () {
  "use strict";

  var table = window.piiRules;
  if (!table) throw new Error("Load pii-rules.js before pii.js.");

  var order = {};
  table.kinds.forEach(function (kind, place) { order[kind] = place; });

  var folding = new Map();
  var from = Array.from(table.fold[0]);
  var to = Array.from(table.fold[1]);
  from.forEach(function (character, place) { folding.set(character, to[place]); });

  function expand(pattern) {
    return pattern.replace(/<([a-z_@.]+)>/g, function (whole, name) {
      return "(?:" + expand(table.parts[name]) + ")";
    });
  }

  // Patterns are compiled when a language first needs them: a page needs two languages, not eight.
  var compiled = new Map();
  function patternsOf(rule) {
    if (!compiled.has(rule.id)) {
      compiled.set(rule.id, {
        pattern: new RegExp(expand(rule.pattern), "gu"),
        unless: rule.unless === null ? null : new RegExp(expand(rule.unless), "u"),
        needs: rule.needs === null ? null : new RegExp(rule.needs, "u"),
      });
    }
    return compiled.get(rule.id);
  }

  // Every character is folded to one of the same length in UTF-16, so that places stay the same.
  function fold(text) {
    var out = "";
    for (var character of text) out += folding.has(character) ? folding.get(character) : character;
    return out;
  }

  function width(text, place) {
    var code = text.codePointAt(place);
    return code !== undefined && code > 0xffff ? 2 : 1;
  }

  function search(rule, folded, found) {
    var patterns = patternsOf(rule);
    var match;
    if (patterns.needs !== null && !patterns.needs.test(folded)) return;
    patterns.pattern.lastIndex = 0;
    while ((match = patterns.pattern.exec(folded)) !== null) {
      var start = match.index + match[1].length;
      var end = start + match[2].length;
      if (patterns.unless === null || !patterns.unless.test(folded.slice(0, start))) {
        found.push({ start: start, end: end, kind: rule.kind, rule: rule.id, why: rule.why });
        patterns.pattern.lastIndex = end;
      } else {
        patterns.pattern.lastIndex = start + width(folded, start);
      }
    }
  }

  function join(found) {
    found.sort(function (a, b) {
      return a.start - b.start || b.end - a.end || order[a.kind] - order[b.kind] ||
        (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
    });
    var joined = [];
    found.forEach(function (next) {
      var last = joined[joined.length - 1];
      if (!last || next.start >= last.end) {
        joined.push(next);
        return;
      }
      var named = order[next.kind] < order[last.kind] ? next : last;
      joined[joined.length - 1] = {
        start: last.start, end: Math.max(last.end, next.end), kind: named.kind, rule: named.rule, why: named.why,
      };
    });
    return joined;
  }

  function inCodePoints(text, found) {
    var place = 0;
    var points = 0;
    function count(until) {
      while (place < until) { place += width(text, place); points += 1; }
      return points;
    }
    found.forEach(function (one) { one.start = count(one.start); one.end = count(one.end); });
    return found;
  }

  // Personal data in `text`: [{start, end, kind, rule, why}], in order, never overlapping.
  function find(text, language) {
    var folded = fold(text);
    var everything = table.languages.indexOf(language) < 0;
    var found = [];
    table.rules.forEach(function (rule) {
      if (everything || rule.languages === null || rule.languages.indexOf(language) >= 0) {
        search(rule, folded, found);
      }
    });
    return inCodePoints(text, join(found));
  }

  // `text` with every finding replaced by [kind], or by [label] when `labels` has one for the kind.
  function mask(text, findings, labels) {
    var characters = Array.from(text);
    var out = "";
    var place = 0;
    findings.slice().sort(function (a, b) { return a.start - b.start; }).forEach(function (one) {
      if (one.start < place || one.end > characters.length) {
        throw new RangeError("These findings do not belong to this text; find them again before masking.");
      }
      out += characters.slice(place, one.start).join("") + "[" + ((labels && labels[one.kind]) || one.kind) + "]";
      place = one.end;
    });
    return out + characters.slice(place).join("");
  }

  // Codes of the doors that a comment should be shown before it is written down (pii/doors.py).
  var asked = table.doors.map(function (door) {
    return { code: door.code, all: door.patterns.map(function (pattern) { return new RegExp(pattern, "u"); }) };
  });
  function doors(text) {
    var folded = fold(text).toLowerCase();
    return asked.filter(function (door) {
      return door.all.every(function (pattern) { return pattern.test(folded); });
    }).map(function (door) { return door.code; });
  }

  window.pii = { find: find, mask: mask, doors: doors };
})();
