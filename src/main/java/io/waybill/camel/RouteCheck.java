package io.waybill.camel;

import io.waybill.camel.RouteFile.Origin;
import io.waybill.spec.Nearest;
import io.waybill.spec.Place;
import io.waybill.spec.Specification;
import io.waybill.spec.load.Problem;
import io.waybill.spec.load.Problem.Severity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.jspecify.annotations.Nullable;

/** What is wrong with routes, seen without starting them. */
final class RouteCheck {

  private static final Pattern OWN = Pattern.compile("waybill:(?://)?(post|link):([^?]*).*");
  private static final Pattern SUBMIT = Pattern.compile("waybill:(?://)?submit\\b.*");
  private static final Pattern IN_MEMORY = Pattern.compile("(seda|disruptor|disruptor-vm):.*");
  private static final Pattern OWN_CONTAINER =
      Pattern.compile("jms:.*[?&](consumerType|messageListenerContainerFactory)=.*");
  private static final Pattern SILENT = Pattern.compile(".*[?&]throwExceptionOnFailure=false\\b.*");

  private final RouteFiles files;
  private final List<Problem> problems;

  /** Which routes take from a destination or probe a link, by kind and name. */
  private final Map<String, List<String>> taken = new HashMap<>();

  /** Whether some name is a placeholder, so that it is not known what is missing. */
  private boolean unknown;

  private final Map<String, List<Step>> direct = new HashMap<>();

  /** A step of a route. */
  private record Step(RouteFile file, Origin route, ProcessorDefinition<?> definition) {}

  RouteCheck(RouteFiles files, List<Problem> problems) {
    this.files = files;
    this.problems = problems;
  }

  /** Checks them all; against the specification only where that is given. */
  void check(@Nullable Specification specification) {
    files
        .origins()
        .forEach(
            (file, origins) ->
                origins.stream()
                    .filter(origin -> origin.uri().startsWith("direct:"))
                    .forEach(origin -> direct.put(address(origin.uri()), steps(file, origin))));
    files
        .origins()
        .forEach((file, origins) -> origins.forEach(origin -> check(file, origin, specification)));
    if (specification != null && !unknown) {
      missing("post", "destination", specification.destinations().keySet(), "wait");
      missing("link", "link", specification.links().keySet(), "that need it may wait for ever");
    }
  }

  private void check(RouteFile file, Origin origin, @Nullable Specification specification) {
    Matcher own = OWN.matcher(origin.uri());
    if (own.matches()) {
      boolean post = own.group(1).equals("post");
      String name = own.group(2).strip();
      if (name.contains("{{")) {
        unknown = true;
      } else {
        takes(file, origin, post, name, specification);
      }
      if (post) {
        warnOfPost(file, origin);
      }
    }
    intake(file, origin);
  }

  private void takes(
      RouteFile file,
      Origin origin,
      boolean post,
      String name,
      @Nullable Specification specification) {
    String kind = post ? "post" : "link";
    List<String> others = taken.computeIfAbsent(kind + ":" + name, key -> new ArrayList<>());
    Place at = new Place(file.name(), origin.line());
    if (!others.isEmpty()) {
      error(
          at,
          "a second route takes from waybill:%s:%s, after %s; exactly one may. Remove one of them"
              .formatted(kind, name, others.get(0)));
    }
    others.add("%s (route %s)".formatted(at, origin.id() == null ? "without id" : origin.id()));
    if (specification == null) {
      return;
    }
    Collection<String> known =
        post ? specification.destinations().keySet() : specification.links().keySet();
    if (!known.contains(name)) {
      error(
          at,
          "no %s is named '%s'; %s"
              .formatted(
                  post ? "destination" : "link",
                  name,
                  Nearest.to(name, known)
                      .map("did you mean '%s'?"::formatted)
                      .orElse(
                          post
                              ? "name it in config/destinations.yaml, or remove the route"
                              : "name it in waybill.links, or remove the route")));
    }
  }

  private void missing(String kind, String what, Set<String> names, String consequence) {
    for (String name : new TreeSet<>(names)) {
      if (!taken.containsKey(kind + ":" + name)) {
        problems.add(
            new Problem(
                Severity.WARNING,
                new Place("routes", 0),
                "no route takes from waybill:%s:%s, so messages %s; write one for this %s"
                    .formatted(
                        kind,
                        name,
                        consequence.equals("wait") ? "to it wait" : consequence,
                        what)));
      }
    }
  }

  /** Constructs that may say "posted" of what was not. */
  private void warnOfPost(RouteFile file, Origin origin) {
    for (OnExceptionDefinition each : file.onExceptions()) {
      warnOf(new Step(file, origin, each));
    }
    for (Step step : withDirect(file, origin)) {
      warnOf(step);
    }
  }

  private void warnOf(Step step) {
    ProcessorDefinition<?> definition = step.definition();
    String uri = uri(definition);
    if (definition instanceof OnExceptionDefinition caught
        && (says(caught.getHandled()) || says(caught.getContinued()))) {
      warn(step, "handled errors", "leave out handled and continued, so that errors pass");
    } else if (definition instanceof CatchDefinition) {
      warn(step, "a caught error", "throw it again, or set CamelWaybillOutcome");
    } else if (definition instanceof WireTapDefinition) {
      warn(step, "a wireTap", "use to, which waits for its end");
    } else if (IN_MEMORY.matcher(uri).matches()) {
      warn(step, "a queue in memory (%s)".formatted(address(uri)), "use direct, or a JMS queue");
    } else if (SILENT.matcher(uri).matches()) {
      warn(
          step,
          "throwExceptionOnFailure=false",
          "leave it out, so that an answer other than 2xx is an error");
    }
  }

  private static boolean says(org.apache.camel.model.@Nullable ExpressionSubElementDefinition it) {
    return it != null
        && it.getExpressionType() != null
        && !"false".equals(it.getExpressionType().getExpression());
  }

  private void warn(Step step, String what, String instead) {
    int line = step.definition().getLineNumber();
    problems.add(
        new Problem(
            Severity.WARNING,
            new Place(step.file().name(), line > 0 ? line : step.route().line()),
            "%s in the way of a posting may say \"posted\" of what the destination has not got; %s"
                .formatted(what, instead)));
  }

  /** A route into the journal may not acknowledge before the journal has it. */
  private void intake(RouteFile file, Origin origin) {
    List<Step> steps = withDirect(file, origin);
    for (Step step : steps) {
      if (!SUBMIT.matcher(uri(step.definition())).matches()) {
        continue;
      }
      int line = step.definition().getLineNumber();
      Place at = new Place(step.file().name(), line > 0 ? line : origin.line());
      if (IN_MEMORY.matcher(origin.uri()).matches()) {
        error(
            at,
            "documents reach waybill:submit through a queue in memory (%s), so their source is"
                    .formatted(address(origin.uri()))
                + " acknowledged before they are in the journal; use direct instead");
      } else if (step.definition() instanceof WireTapDefinition) {
        error(
            at,
            "a wireTap to waybill:submit lets the source be acknowledged before the document is in"
                + " the journal; use to instead");
      } else if (OWN_CONTAINER.matcher(origin.uri()).matches()) {
        error(
            new Place(file.name(), origin.line()),
            "consumerType and messageListenerContainerFactory undo the batches in which messages"
                + " are taken into the journal; leave them out");
      }
    }
  }

  private List<Step> withDirect(RouteFile file, Origin origin) {
    List<Step> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    Deque<Step> ahead = new ArrayDeque<>(steps(file, origin));
    while (!ahead.isEmpty()) {
      Step step = ahead.removeFirst();
      all.add(step);
      String address = address(uri(step.definition()));
      if (address.startsWith("direct:") && seen.add(address)) {
        ahead.addAll(direct.getOrDefault(address, List.of()));
      }
    }
    return all;
  }

  private static List<Step> steps(RouteFile file, Origin origin) {
    List<Step> steps = new ArrayList<>();
    gather(origin.route(), steps, file, origin);
    return steps;
  }

  private static void gather(
      ProcessorDefinition<?> of, List<Step> steps, RouteFile file, Origin origin) {
    if (!(of instanceof RouteDefinition)) {
      steps.add(new Step(file, origin, of));
    }
    for (ProcessorDefinition<?> each : of.getOutputs()) {
      gather(each, steps, file, origin);
    }
    if (of instanceof TryDefinition attempt && attempt.getCatchClauses() != null) {
      for (CatchDefinition each : attempt.getCatchClauses()) {
        if (!of.getOutputs().contains(each)) {
          gather(each, steps, file, origin);
        }
      }
    }
  }

  private static String uri(ProcessorDefinition<?> step) {
    String uri = null;
    if (step instanceof SendDefinition<?> send) {
      uri = send.getUri();
    } else if (step instanceof ToDynamicDefinition dynamic) {
      uri = dynamic.getUri();
    }
    return uri == null ? "" : uri.strip();
  }

  private static String address(String uri) {
    int options = uri.indexOf('?');
    return (options < 0 ? uri : uri.substring(0, options))
        .replace("://", ":")
        .toLowerCase(Locale.ROOT);
  }

  private void error(Place at, String text) {
    problems.add(new Problem(Severity.ERROR, at, text));
  }
}
