package io.waybill.camel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets {@code idempotentConsumer} and whatever else of Camel takes an {@link IdempotentRepository}
 * keep its keys in the state table. The bean {@code waybillIdempotent} keeps those of each route
 * apart; one with a {@code name} keeps its own, whatever route uses it.
 */
public final class WaybillIdempotentRepository extends ServiceSupport
    implements IdempotentRepository, CamelContextAware {

  /** Where the keys are. */
  public interface Keys {

    /**
     * Adds a key.
     *
     * @param done whether its exchange has ended well already
     * @return false where the key is confirmed, or pending with a process that may be alive
     */
    boolean add(String repository, String key, boolean done);

    /** Whether {@link #add} would refuse it. */
    boolean contains(String repository, String key);

    /** False where the key is not there, or has gone over to a later process. */
    boolean confirm(String repository, String key);

    /** False where the key is not there, or is pending with a later process. */
    boolean remove(String repository, String key);

    /** Removes all keys of a repository. */
    void clear(String repository);
  }

  /** What has no route, e.g. where a component asks before there is an exchange. */
  static final String NO_ROUTE = "waybillIdempotent";

  private static final Logger LOG = LoggerFactory.getLogger(WaybillIdempotentRepository.class);

  /** Of so many keys it is known that they were asked for before. */
  private static final int ASKED = 50_000;

  /**
   * Who adds a key when its work is done asks for it beforehand, and may never confirm it; who adds
   * it before does not ask. That is how Camel tells its two modes apart, and there is no other sign
   * of them. What is no longer known here is taken to be under way, and done again after a crash.
   */
  private final Set<Asked> asked =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Asked, Boolean> eldest) {
                  return size() > ASKED;
                }
              }));

  private record Asked(String repository, String key) {}

  private @Nullable CamelContext context;
  private @Nullable Keys keys;
  private @Nullable String name;

  /** Finds the keys in the registry of its context. */
  public WaybillIdempotentRepository() {}

  /** With these keys. */
  public WaybillIdempotentRepository(Keys keys) {
    this.keys = keys;
  }

  @Override
  public void setCamelContext(@Nullable CamelContext camelContext) {
    this.context = camelContext;
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** Under which name its keys are kept; null for that of the route of each exchange. */
  public @Nullable String getName() {
    return name;
  }

  /** Under which name its keys are kept. */
  public void setName(String name) {
    this.name = name;
  }

  @Override
  protected void doStart() {
    var unused = keys();
  }

  private Keys keys() {
    Keys known = keys;
    if (known == null) {
      known = context == null ? null : context.getRegistry().findSingleByType(Keys.class);
      if (known == null) {
        throw new IllegalStateException(
            "A WaybillIdempotentRepository finds its table only inside the broker; use the bean"
                + " waybillIdempotent, or declare it under beans of a route file");
      }
      keys = known;
    }
    return known;
  }

  /** The route it came in by is the same for an exchange from its beginning to its end. */
  private String repository(@Nullable Exchange exchange) {
    if (name != null) {
      return name;
    }
    String route = exchange == null ? null : exchange.getFromRouteId();
    return route == null ? NO_ROUTE : route;
  }

  @Override
  public boolean add(Exchange exchange, String key) {
    return add(repository(exchange), key);
  }

  @Override
  public boolean add(String key) {
    return add(repository(null), key);
  }

  private boolean add(String repository, String key) {
    return keys().add(repository, key, asked.remove(new Asked(repository, key)));
  }

  @Override
  public boolean contains(Exchange exchange, String key) {
    return contains(repository(exchange), key);
  }

  @Override
  public boolean contains(String key) {
    return contains(repository(null), key);
  }

  private boolean contains(String repository, String key) {
    boolean contained = keys().contains(repository, key);
    if (!contained) {
      asked.add(new Asked(repository, key));
    }
    return contained;
  }

  @Override
  public boolean remove(Exchange exchange, String key) {
    return keys().remove(repository(exchange), key);
  }

  @Override
  public boolean confirm(Exchange exchange, String key) {
    boolean confirmed = keys().confirm(repository(exchange), key);
    if (!confirmed) {
      LOG.warn(
          "The exchange of key '{}' in '{}' ended well, but the key is not this process's any more:"
              + " another process has taken over, or somebody removed it. It may be done again",
          key,
          repository(exchange));
    }
    return confirmed;
  }

  @Override
  public boolean remove(String key) {
    return keys().remove(repository(null), key);
  }

  @Override
  public boolean confirm(String key) {
    return keys().confirm(repository(null), key);
  }

  @Override
  public void clear() {
    keys().clear(repository(null));
  }
}
