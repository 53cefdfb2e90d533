package io.waybill.camel;

import io.waybill.spec.Place;
import io.waybill.spec.load.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.TemplatedRouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * A file of routes, as it was read and parsed.
 *
 * @param name of the file
 * @param content its bytes
 * @param routes in it
 * @param templates in it
 * @param templated routes made from templates, of this or another file
 * @param onExceptions what holds for all of its routes
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, and read-only
record RouteFile(
    String name,
    byte[] content,
    List<RouteDefinition> routes,
    List<RouteTemplateDefinition> templates,
    List<TemplatedRouteDefinition> templated,
    List<OnExceptionDefinition> onExceptions) {

  /** A route's origin with the parameters of its template; of others as it is written. */
  record Origin(RouteDefinition route, @Nullable String id, String uri, int line) {}

  /**
   * Parses it, without starting anything or adding it to the context.
   *
   * @param problems told what is wrong; null is returned then
   */
  static @Nullable RouteFile parse(
      String name, byte[] content, CamelContext context, List<Problem> problems) {
    try {
      List<RouteDefinition> routes = new ArrayList<>();
      List<RouteTemplateDefinition> templates = new ArrayList<>();
      List<TemplatedRouteDefinition> templated = new ArrayList<>();
      List<OnExceptionDefinition> onExceptions = new ArrayList<>();
      for (RoutesBuilder each : builders(name, content, context)) {
        if (each instanceof RouteBuilder builder) {
          routes.addAll(builder.configureRoutes(context).getRoutes());
          templates.addAll(builder.getRouteTemplateCollection().getRouteTemplates());
          templated.addAll(builder.getTemplatedRouteCollection().getTemplatedRoutes());
          onExceptions.addAll(builder.getRouteCollection().getOnExceptions());
        }
      }
      return new RouteFile(name, content, routes, templates, templated, onExceptions);
    } catch (Exception e) {
      problems.add(
          new Problem(
              Problem.Severity.ERROR,
              new Place(name, line(e)),
              "cannot be read as Camel routes: " + words(e)));
      return null;
    }
  }

  /** What adds its routes to a context. */
  static Iterable<RoutesBuilder> builders(String name, byte[] content, CamelContext context)
      throws Exception {
    Resource resource = ResourceHelper.fromBytes("file:" + name, content);
    return PluginHelper.getRoutesLoader(context).findRoutesBuilders(resource);
  }

  private static int line(Throwable problem) {
    for (Throwable each = problem; each != null; each = each.getCause()) {
      if (each instanceof MarkedYamlEngineException marked) {
        return marked.getProblemMark().map(Mark::getLine).orElse(-1) + 1;
      }
    }
    return 0;
  }

  private static String words(Throwable problem) {
    for (Throwable each = problem; each != null; each = each.getCause()) {
      if (each instanceof MarkedYamlEngineException marked && marked.getProblem() != null) {
        return marked.getProblem();
      }
    }
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** Where its routes begin; of those made from templates of these, with their parameters. */
  List<Origin> origins(Map<String, RouteTemplateDefinition> known) {
    List<Origin> origins = new ArrayList<>();
    for (RouteDefinition route : routes) {
      origins.add(new Origin(route, route.getRouteId(), uri(route), line(route)));
    }
    for (TemplatedRouteDefinition made : templated) {
      RouteTemplateDefinition template = known.get(made.getRouteTemplateRef());
      if (template != null && template.getRoute() != null) {
        RouteDefinition route = template.getRoute();
        origins.add(new Origin(route, made.getRouteId(), filled(uri(route), made), line(route)));
      }
    }
    return origins;
  }

  private static String uri(RouteDefinition route) {
    return route.getInput() == null ? "" : Objects.toString(route.getInput().getUri(), "");
  }

  private static int line(RouteDefinition route) {
    return route.getInput() == null ? 0 : Math.max(0, route.getInput().getLineNumber());
  }

  private static String filled(String uri, TemplatedRouteDefinition made) {
    Map<String, String> values = new TreeMap<>();
    if (made.getParameters() != null) {
      made.getParameters().forEach(each -> values.put(each.getName(), each.getValue()));
    }
    String filled = uri;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("{{" + value.getKey() + "}}", String.valueOf(value.getValue()));
    }
    return filled;
  }

  /** The ids of its routes; null for one that has none. */
  List<@Nullable String> ids() {
    List<@Nullable String> ids = new ArrayList<>();
    // one without an id of its own gets one from Camel, another in each context
    routes.forEach(
        route ->
            ids.add(
                Boolean.TRUE.equals(route.getCustomId()) || route.hasCustomIdAssigned()
                    ? route.getRouteId()
                    : null));
    templated.forEach(route -> ids.add(route.getRouteId()));
    return ids;
  }
}
