(function () {
  'use strict';
  var form = document.getElementById('filters');
  var shown = document.getElementById('shown');
  var breath = 24; // milliseconds of work before the browser may draw again
  var items = Array.prototype.map.call(document.querySelectorAll('.finding'), function (el) {
    return { el: el, severity: el.dataset.severity, rule: el.dataset.rule, account: el.dataset.account, text: null };
  });
  var groups = Array.prototype.map.call(document.querySelectorAll('.group'), function (el) {
    return { el: el, number: el.querySelector('.number'), items: items.filter(function (item) { return el.contains(item.el); }) };
  });
  var run = 0;

  document.documentElement.classList.add('js');

  function wanted() {
    var severities = Array.prototype.filter.call(form.elements.severity.length ? form.elements.severity : [form.elements.severity], function (box) { return box.checked; });
    return {
      severity: severities.map(function (box) { return box.value; }),
      all: severities.length === form.querySelectorAll('[name=severity]').length,
      rule: form.elements.rule.value,
      account: form.elements.account.value,
      q: form.elements.q.value.trim().toLowerCase()
    };
  }

  function textOf(item) {
    if (item.text === null) item.text = item.el.textContent.toLowerCase();
    return item.text;
  }

  function fits(item, want) {
    if (want.severity.indexOf(item.severity) < 0) return false;
    if (want.rule && item.rule !== want.rule) return false;
    if (want.account && item.account !== want.account) return false;
    if (!want.q) return true;
    return textOf(item).indexOf(want.q) >= 0;
  }

  // The state of the filters is the fragment, so that a link can carry it.
  function remember(want) {
    var state = new URLSearchParams();
    if (!want.all) state.set('severity', want.severity.join(','));
    if (want.rule) state.set('rule', want.rule);
    if (want.account) state.set('account', want.account);
    if (want.q) state.set('q', form.elements.q.value.trim());
    var text = state.toString();
    var now = location.hash.slice(1);
    if (text === now || (!text && now.indexOf('=') < 0)) return;
    history.replaceState(null, '', text ? '#' + text : location.pathname + location.search);
  }

  function recall() {
    var state = new URLSearchParams(location.hash.slice(1));
    var severities = state.has('severity') ? state.get('severity').split(',') : null;
    Array.prototype.forEach.call(form.querySelectorAll('[name=severity]'), function (box) {
      box.checked = !severities || severities.indexOf(box.value) >= 0;
    });
    form.elements.rule.value = state.get('rule') || '';
    form.elements.account.value = state.get('account') || '';
    // A rule or account that this report does not have chooses nothing.
    if (form.elements.rule.selectedIndex < 0) form.elements.rule.value = '';
    if (form.elements.account.selectedIndex < 0) form.elements.account.value = '';
    form.elements.q.value = state.get('q') || '';
  }

  function apply(then) {
    var want = wanted();
    var mine = ++run;
    var hide = [];
    (function part() {
      if (mine !== run) return;
      for (var start = performance.now(); hide.length < items.length && performance.now() - start < breath;) {
        hide.push(!fits(items[hide.length], want));
      }
      if (hide.length < items.length) {
        setTimeout(part, 0);
        return;
      }
      // All at once: the browser then lays the page out once.
      items.forEach(function (item, i) {
        if (item.el.hidden !== hide[i]) item.el.hidden = hide[i];
      });
      announce();
      if (then) then();
    })();
  }

  function announce() {
    var total = 0;
    groups.forEach(function (group) {
      var n = group.items.filter(function (item) { return !item.el.hidden; }).length;
      total += n;
      group.el.hidden = n === 0;
      group.number.textContent = n === group.items.length ? String(n) : n + ' of ' + group.items.length;
    });
    document.getElementById('nothing').hidden = total > 0;
    shown.textContent = total + ' of ' + items.length + ' findings shown';
  }

  function show(el) {
    for (var up = el; up; up = up.parentElement) {
      if (up.tagName === 'DETAILS') up.open = true;
    }
    el.scrollIntoView();
    if (el.hasAttribute('tabindex')) el.focus({ preventScroll: true });
  }

  // A link to what the filters hide takes the filters away.
  function follow() {
    var text = location.hash.slice(1);
    if (form && text.indexOf('=') >= 0) {
      recall();
      apply();
      return;
    }
    var el = text && document.getElementById(text);
    if (!el) return;
    if (form && el.closest('[hidden]')) {
      form.reset();
      apply(function () { show(el); });
      return;
    }
    show(el);
  }

  function changed() {
    remember(wanted());
    apply();
  }

  if (form) {
    var wait = 0;
    form.addEventListener('change', changed);
    form.elements.q.addEventListener('input', function () {
      clearTimeout(wait);
      wait = setTimeout(changed, 150);
    });
    form.addEventListener('submit', function (event) { event.preventDefault(); changed(); });
    form.addEventListener('reset', function () { setTimeout(changed, 0); });
    // What will be searched is gathered while nobody waits.
    if (window.requestIdleCallback) {
      var next = 0;
      requestIdleCallback(function gather(idle) {
        while (next < items.length && idle.timeRemaining() > 2) textOf(items[next++]);
        if (next < items.length) requestIdleCallback(gather);
      });
    }
  }

  // An index of accounts is searched by what its rows say.
  var choose = document.getElementById('choose');
  if (choose) {
    var rows = Array.prototype.slice.call(document.querySelectorAll('.accounts tbody tr'));
    var chosen = document.getElementById('chosen');
    choose.addEventListener('submit', function (event) { event.preventDefault(); });
    choose.elements.account.addEventListener('input', function () {
      var text = choose.elements.account.value.trim().toLowerCase();
      var n = 0;
      rows.forEach(function (row) {
        row.hidden = row.textContent.toLowerCase().indexOf(text) < 0;
        if (!row.hidden) n++;
      });
      chosen.textContent = n + ' of ' + rows.length + ' accounts shown';
    });
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('.copy');
    if (!button) return;
    var code = button.parentElement.querySelector('code');
    var words = button.textContent;
    function say(text) {
      button.textContent = text;
      setTimeout(function () { button.textContent = words; }, 2000);
    }
    function choose() {
      var range = document.createRange();
      range.selectNodeContents(code);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      say('Selected: copy it now');
    }
    if (navigator.clipboard && navigator.clipboard.writeText) {
      navigator.clipboard.writeText(code.textContent).then(function () { say('Copied'); }, choose);
    } else {
      choose();
    }
  });

  var opened = [];
  addEventListener('beforeprint', function () {
    opened = Array.prototype.filter.call(document.querySelectorAll('details'), function (el) { return !el.open; });
    opened.forEach(function (el) { el.open = true; });
  });
  addEventListener('afterprint', function () {
    opened.forEach(function (el) { el.open = false; });
    opened = [];
  });
  addEventListener('hashchange', follow);
  follow();
})();
