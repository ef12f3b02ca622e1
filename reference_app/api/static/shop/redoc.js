// Starts ReDoc. A file of its own, because the page's policy allows no inline script.
(function () {
  const place = document.getElementById("documentation");

  // ReDoc shows the logo of its maker from their host, which the policy forbids; it gets an icon of ours instead.
  function own(address) {
    return String(address).startsWith("https://cdn.redoc.ly/") ? place.dataset.logo : address;
  }
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    setAttribute.call(this, name, name === "src" ? own(value) : value);
  };
  const source = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    ...source,
    set: function (address) {
      source.set.call(this, own(address));
    },
  });

  window.addEventListener("load", function () {
    const version = new URLSearchParams(window.location.search).get("version") === "v1" ? "v1" : "v2";
    window.Redoc.init(
      "/api/" + version + "/openapi.json",
      { disableSearch: true, hideDownloadButton: true, nativeScrollbars: true }, // its search is a worker from a blob
      place
    );
  });
})();
