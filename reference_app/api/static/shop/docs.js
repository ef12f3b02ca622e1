// Starts Swagger UI. A file of its own, because the page's policy allows no inline script.
window.addEventListener("load", function () {
  window.SwaggerUIBundle({
    urls: [
      { name: "v2 (current)", url: "/api/v2/openapi.json" },
      { name: "v1 (deprecated)", url: "/api/v1/openapi.json" },
    ],
    dom_id: "#documentation",
    deepLinking: true,
    presets: [window.SwaggerUIBundle.presets.apis, window.SwaggerUIStandalonePreset],
    layout: "StandaloneLayout",
    validatorUrl: null,
  });
});
