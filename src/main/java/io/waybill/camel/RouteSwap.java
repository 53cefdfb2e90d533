package io.waybill.camel;

import io.waybill.spec.Destination;
import io.waybill.spec.Place;
import io.waybill.spec.Specification;
import io.waybill.spec.load.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges routes while the others run. Only files that changed are touched. All is parsed and
 * checked before any route is stopped; where one then does not start, those before come back.
 */
public final class RouteSwap {

  private static final Logger LOG = LoggerFactory.getLogger(RouteSwap.class);

  private final CamelContext context;
  private final WaybillComponent waybill;
  private final Map<String, RouteFile> running = new TreeMap<>();

  RouteSwap(CamelContext context, WaybillComponent waybill) {
    this.context = context;
    this.waybill = waybill;
  }

  /** A route did not start; those before run again. */
  public static final class NotStarted extends Exception {

    private static final long serialVersionUID = 1L;

    private final String file;

    NotStarted(String file, Throwable cause) {
      super(words(cause), cause);
      this.file = file;
    }

    private static String words(Throwable cause) {
      Throwable root = cause;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** What it is, and where. */
    public Problem problem() {
      return new Problem(
          Problem.Severity.ERROR,
          new Place(file, 0),
          "a route does not start: " + String.valueOf(getMessage()));
    }
  }

  /** These are the routes that run. */
  synchronized void began(RouteFiles files) {
    running.putAll(files.files());
  }

  /** The files that are to be exchanged: those that changed, or whose destination is another. */
  public synchronized Set<String> changed(
      RouteFiles files, Specification before, Specification after) {
    Set<String> changed = new TreeSet<>();
    files
        .files()
        .forEach(
            (name, file) -> {
              RouteFile old = running.get(name);
              if (old == null || !Arrays.equals(old.content(), file.content())) {
                changed.add(name);
              }
            });
    running.keySet().stream()
        .filter(name -> !files.files().containsKey(name))
        .forEach(changed::add);
    files
        .origins()
        .forEach(
            (file, origins) -> {
              if (origins.stream().anyMatch(origin -> another(origin.uri(), before, after))) {
                changed.add(file.name());
              }
            });
    return changed;
  }

  /** What a destination makes possible is looked at when its route starts. */
  private static boolean another(String uri, Specification before, Specification after) {
    String name = uri.replaceFirst("waybill:(//)?post:", "").replaceFirst("\\?.*", "");
    Destination old = before.destination(name);
    Destination now = after.destination(name);
    return old != null && now != null && old.delivery() != now.delivery();
  }

  /** Why these files cannot be exchanged while the broker runs; nothing is touched. */
  public synchronized List<Problem> objections(RouteFiles files, Set<String> changed) {
    List<Problem> objections = new ArrayList<>();
    for (String name : changed) {
      for (RouteFile each : new RouteFile[] {running.get(name), files.files().get(name)}) {
        if (each != null) {
          object(each, objections);
        }
      }
      RouteFile present = files.files().get(name);
      if (present != null) {
        present.routes().forEach(route -> resolve(name, route, objections));
      }
    }
    twice(files, objections);
    return RouteFiles.sorted(objections);
  }

  private static void object(RouteFile file, List<Problem> objections) {
    if (file.ids().stream().anyMatch(id -> id == null)) {
      objections.add(
          error(
              file.name(),
              0,
              "a route without an id cannot be exchanged while the broker runs; give it one (id, or"
                  + " routeId), and start the broker again"));
    }
    if (!file.templates().isEmpty() || !file.onExceptions().isEmpty() || file.ids().isEmpty()) {
      objections.add(
          error(
              file.name(),
              0,
              "what is no route (routeTemplate, onException, beans) cannot be exchanged while the"
                  + " broker runs; start it again"));
    }
  }

  private static void twice(RouteFiles files, List<Problem> objections) {
    Map<String, String> seen = new HashMap<>();
    for (RouteFile file : files.files().values()) {
      for (String id : file.ids()) {
        String other = id == null ? null : seen.put(id, file.name());
        if (other != null) {
          objections.add(
              error(file.name(), 0, "the route id '%s' is taken in %s".formatted(id, other)));
        }
      }
    }
  }

  private static Problem error(String file, int line, String text) {
    return new Problem(Problem.Severity.ERROR, new Place(file, Math.max(0, line)), text);
  }

  /** Addresses are made as when the route starts, which tells unknown components and options. */
  private void resolve(String file, ProcessorDefinition<?> definition, List<Problem> objections) {
    if (definition instanceof RouteDefinition route && route.getInput() != null) {
      resolve(file, route.getInput().getUri(), route.getInput().getLineNumber(), objections);
    } else if (definition instanceof SendDefinition<?> send) {
      resolve(file, send.getUri(), send.getLineNumber(), objections);
    }
    definition.getOutputs().forEach(each -> resolve(file, each, objections));
  }

  private void resolve(String file, @Nullable String uri, int line, List<Problem> objections) {
    // those of waybill look at the specification, which is not there yet, and are checked before
    if (uri == null || uri.startsWith("waybill:") || uri.contains("${")) {
      return;
    }
    try {
      String resolved = context.resolvePropertyPlaceholders(uri);
      if (!resolved.startsWith("ref:") && context.getEndpoint(resolved) == null) {
        objections.add(error(file, line, "there is no component for " + uri));
      }
    } catch (RuntimeException e) {
      objections.add(error(file, line, NotStarted.words(e)));
    }
  }

  /** Headers that expressions name are taken in from now on. */
  public void follow(Specification specification) {
    waybill.alsoKeep(specification.headerNames());
  }

  /**
   * Exchanges the routes of these files.
   *
   * @throws NotStarted where one of them does not start: then all are as they were
   */
  public synchronized void exchange(RouteFiles files, Set<String> changed) throws NotStarted {
    Map<String, RouteFile> before = some(running, changed);
    Map<String, RouteFile> after = some(files.files(), changed);
    try {
      replace(before.values(), after);
    } catch (NotStarted e) {
      LOG.error("Routes as before: {}", e.problem());
      try {
        replace(after.values(), before);
      } catch (NotStarted again) {
        LOG.error("A route does not come back either: {}; restart the broker", again.problem());
      }
      throw e;
    }
    running.keySet().removeAll(changed);
    running.putAll(after);
  }

  private static Map<String, RouteFile> some(Map<String, RouteFile> all, Set<String> names) {
    Map<String, RouteFile> some = new TreeMap<>(all);
    some.keySet().retainAll(names);
    return some;
  }

  private void replace(Collection<RouteFile> before, Map<String, RouteFile> after)
      throws NotStarted {
    for (RouteFile file : before) {
      for (String id : file.ids()) {
        if (id != null) {
          remove(file.name(), id);
        }
      }
    }
    for (RouteFile file : after.values()) {
      add(file);
    }
  }

  private void remove(String file, String id) throws NotStarted {
    try {
      Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
      RouteDefinition definition = model.getRouteDefinition(id);
      if (context.getRoute(id) != null) {
        context.getRouteController().stopRoute(id);
        context.removeRoute(id);
      }
      if (definition != null) {
        model.removeRouteDefinition(definition);
      }
    } catch (Exception e) {
      throw new NotStarted(file, e);
    }
  }

  private void add(RouteFile file) throws NotStarted {
    try {
      for (RoutesBuilder each : RouteFile.builders(file.name(), file.content(), context)) {
        each.addRoutesToCamelContext(context);
      }
      Set<String> stopped = new HashSet<>();
      for (String id : file.ids()) {
        if (context.getRoute(String.valueOf(id)) == null) {
          stopped.add(String.valueOf(id));
        }
      }
      if (!stopped.isEmpty()) {
        throw new IllegalStateException("Camel has no route " + String.join(", ", stopped));
      }
    } catch (Exception e) {
      throw new NotStarted(file.name(), e);
    }
  }
}
