package io.waybill.camel;

import io.waybill.spec.Destination;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.EndpointAware;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.component.sql.SqlOutputType;
import org.apache.camel.spi.IdAware;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a route that would leave the one transaction of its postings: by another data source, or
 * by what an endpoint does to the connection. It looks at every step with a fixed address, however
 * deeply nested, in error handling too, and behind {@code direct:}.
 *
 * <p>An address that only a posting decides and a bean are not seen here; {@link OneTransaction}
 * looks after each posting which data sources it has used.
 */
final class TransactionalRoute {

  private static final int LONGEST_URI = 200;

  private final Destination destination;
  private final Predicate<Endpoint> otherDataSource;

  /** The route of that destination, and which endpoints have another data source. */
  TransactionalRoute(Destination destination, Predicate<Endpoint> otherDataSource) {
    this.destination = destination;
    this.otherDataSource = otherDataSource;
  }

  /** Refuses what leaves the transaction, with the step and what to write instead. */
  void check(Route first) {
    Set<String> seen = new HashSet<>();
    Deque<Route> ahead = new ArrayDeque<>(List.of(first));
    while (!ahead.isEmpty()) {
      Route route = ahead.removeFirst();
      if (seen.add(route.getRouteId())) {
        for (EndpointAware step : steps(route)) {
          refuseWhatLeaves(route, step);
          ahead.addAll(routesBehind(step.getEndpoint()));
        }
      }
    }
  }

  private static List<EndpointAware> steps(Route route) {
    return Stream.of(
            List.of(route.getProcessor()), route.getOnExceptions(), route.getOnCompletions())
        .flatMap(Collection<Processor>::stream)
        .filter(Service.class::isInstance)
        .flatMap(root -> ServiceHelper.getChildServices((Service) root, true).stream())
        .filter(EndpointAware.class::isInstance)
        .map(EndpointAware.class::cast)
        .toList();
  }

  private static List<Route> routesBehind(Endpoint endpoint) {
    if (!(endpoint instanceof DirectEndpoint)) {
      return List.of();
    }
    return endpoint.getCamelContext().getRoutes().stream()
        .filter(route -> address(route.getEndpoint()).equals(address(endpoint)))
        .toList();
  }

  private static String address(Endpoint endpoint) {
    return endpoint.getEndpointUri().replaceFirst("\\?.*", "");
  }

  private void refuseWhatLeaves(Route route, EndpointAware step) {
    Complaint complaint = complaint(step.getEndpoint());
    if (complaint == null) {
      return;
    }
    String id = step instanceof IdAware known ? known.getId() : null;
    throw new FailedToStartRouteException(
        route.getRouteId(),
        "Destination '%s' is transactional, but in route '%s' the step%s %s: %s. %s. Or choose"
                .formatted(
                    destination.name(),
                    route.getRouteId(),
                    id == null ? "" : " '" + id + "'",
                    complaint.what(),
                    shown(step.getEndpoint()),
                    complaint.instead())
            + " another delivery for it in config/destinations.yaml");
  }

  private record Complaint(String what, String instead) {}

  private @Nullable Complaint complaint(Endpoint endpoint) {
    if (otherDataSource.test(endpoint)) {
      return new Complaint(
          "uses another data source than the broker's",
          "Leave out its dataSource, so that it takes the broker's");
    }
    if (endpoint instanceof SqlEndpoint sql) {
      if (sql.getOutputType() == SqlOutputType.StreamList) {
        return new Complaint(
            "reads on a connection of its own", "Write outputType: SelectList instead");
      }
      if (sql.isBatch() && sql.isBatchAutoCommitDisabled()) {
        return new Complaint(
            "commits by itself after its batch", "Write batchAutoCommitDisabled: false");
      }
    }
    return null;
  }

  private static String shown(Endpoint endpoint) {
    String uri = URISupport.sanitizeUri(endpoint.getEndpointUri());
    return uri.length() > LONGEST_URI ? uri.substring(0, LONGEST_URI) + "…" : uri;
  }
}
