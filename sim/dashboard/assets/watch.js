// Says so when the dashboard does not answer: old numbers must not stand below a new choice.
(() => {
  "use strict";
  const ENDED = "The dashboard has ended: start it again, then reload this page.";
  const REFUSED = "The dashboard could not answer: reload this page.";
  const tell = why => {
    const place = document.getElementById("ended");
    if (!place || document.body.classList.contains("gone")) return;
    document.body.classList.add("gone");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Reload";
    button.addEventListener("click", () => location.reload());
    place.replaceChildren(`${why} `, button);
    dash_clientside.set_props("tick", { disabled: true });
  };
  const send = window.fetch.bind(window);
  window.fetch = async (...given) => {
    const isAsked = String(given[0]?.url ?? given[0]).includes("_dash-update-component");
    try {
      const answer = await send(...given);
      if (isAsked && !answer.ok) tell(REFUSED);
      return answer;
    } catch (fault) {
      if (isAsked && fault.name !== "AbortError") tell(ENDED);
      throw fault;
    }
  };
})();
