package io.waybill.camel;

import io.waybill.spec.DeliveryClass;
import io.waybill.spec.Destination;
import io.waybill.spec.Nearest;
import io.waybill.spec.split.Split;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Hand documents to the broker, and receive its messages when their turn to be posted has come.
 *
 * <p>{@code waybill:submit} journals what is sent to it and returns when it is durable. {@code
 * waybill:post:DESTINATION} gives each message of a destination to a route; exactly one per
 * destination. {@code waybill:link:LINK} runs a route now and then that ends normally where the
 * link is there; exactly one per link. {@code waybill:query:DESTINATION} asks a queryable
 * destination whether it has a posting, before that is repeated; exactly one per such destination.
 * {@code waybill:cancel:DESTINATION} undoes what the destination performed; at most one per
 * destination. {@code waybill:release} releases a stored reply.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "waybill",
    title = "Waybill",
    syntax = "waybill:kind:name",
    category = {Category.MESSAGING, Category.WORKFLOW},
    headersClass = WaybillHeaders.class)
public final class WaybillEndpoint extends DefaultEndpoint {

  @UriPath(
      enums = "submit,post,cancel,link,query,release",
      description =
          "What the endpoint does: submit (producer) journals documents, post (consumer) receives"
              + " the messages of a destination, cancel (consumer) undoes what a destination performed,"
              + " link (consumer) probes a link, query (consumer) asks a queryable destination whether"
              + " it has a posting, release (producer) releases a reply.")
  @Metadata(required = true)
  private final Kind kind;

  @UriPath(
      description =
          "The destination that is posted to, asked or undoes, or the link that is probed.")
  private @Nullable String name;

  @UriParam(
      label = "producer",
      description =
          "The operations that may come this way, comma separated. Without it, any operation the"
              + " specification knows.")
  private @Nullable String operations;

  @UriParam(
      label = "producer",
      description =
          "The operation of every document that comes this way. Without it, the header"
              + " CamelWaybillOperation or the JMS property waybill_operation says it, or the"
              + " specification finds it by match.")
  private @Nullable String operation;

  @UriParam(
      label = "producer",
      description =
          "Who sends: a constant, or an expression of the simple language. Without it, the header"
              + " CamelWaybillSender (which jms sets to the authenticated user, where that is"
              + " trusted), or the source.")
  private @Nullable String sender;

  @UriParam(
      label = "producer",
      description =
          "Where the documents come from, as shown to people. Without it, the header"
              + " CamelWaybillSource, or what the route consumes from, e.g. jms:orders.in.")
  private @Nullable String source;

  @UriParam(
      label = "producer",
      description =
          "How long to wait for the reply, e.g. 10s. It becomes the body, with its content type,"
              + " code and headers; CamelWaybillReplied says whether it came in time.")
  private @Nullable String wait;

  @UriParam(
      label = "producer",
      description =
          "Splits a large body into messages while it streams by: jsonl (a JSON value a line), csv (a"
              + " row, as a JSON object by the names of the header line; csv:semicolon, csv:tab,"
              + " csv:pipe) or xml:{ns}name (an element). Where the specification names no id, a"
              + " document's id is the body's SHA-256 and its line.")
  private @Nullable String split;

  private @Nullable Split splitting;
  private @Nullable Duration patience;

  WaybillEndpoint(String uri, WaybillComponent component, Kind kind) {
    super(uri, component);
    this.kind = kind;
  }

  /** Refuses what cannot work, before any route starts. */
  void check() {
    switch (kind) {
      case submit -> {
        if (name != null) {
          throw refusal("waybill:submit takes no name; write waybill:submit?operations=" + name);
        }
        checkWait();
        try {
          splitting = split == null || split.isBlank() ? null : Split.of(split.trim());
        } catch (IllegalArgumentException e) {
          throw refusal(String.valueOf(e.getMessage()));
        }
      }
      case post -> {
        if (name == null || name.isBlank()) {
          throw refusal("the destination is missing; write waybill:post:DESTINATION");
        }
      }
      case link -> {
        if (name == null || name.isBlank()) {
          throw refusal("the link is missing; write waybill:link:LINK");
        }
      }
      case release -> {
        if (name != null) {
          throw refusal("waybill:release takes no name; write waybill:release");
        }
      }
      case query -> {
        if (name == null || name.isBlank()) {
          throw refusal("the destination is missing; write waybill:query:DESTINATION");
        }
      }
      case cancel -> {
        if (name == null || name.isBlank()) {
          throw refusal("the destination is missing; write waybill:cancel:DESTINATION");
        }
      }
    }
  }

  private void checkWait() {
    if (wait == null) {
      return;
    }
    if (split != null) {
      throw refusal("a body that is split has many replies; leave out wait, or split");
    }
    if (!wait.trim().matches("[0-9]{1,6}(ms|s|m)")) {
      throw refusal("wait is '%s'; write a time such as 10s".formatted(wait));
    }
    patience = Duration.ofMillis(TimeUtils.toMilliSeconds(wait.trim()));
  }

  private IllegalArgumentException refusal(String what) {
    return new IllegalArgumentException("In '%s': %s".formatted(getEndpointUri(), what));
  }

  @Override
  public Producer createProducer() {
    if (kind == Kind.release) {
      return new ReleaseProducer(this);
    }
    if (kind != Kind.submit) {
      throw refusal("nothing can be sent to it; write from: " + getEndpointUri());
    }
    return new SubmitProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    if (kind == Kind.submit || kind == Kind.release) {
      throw refusal("nothing can be received from it; write to: " + getEndpointUri());
    }
    if (kind == Kind.link) {
      LinkConsumer probe = new LinkConsumer(this, link(), processor);
      configureConsumer(probe);
      return probe;
    }
    if (kind == Kind.cancel) {
      CancelConsumer undo = new CancelConsumer(this, destination(), processor);
      configureConsumer(undo);
      return undo;
    }
    if (kind == Kind.query) {
      QueryConsumer query = new QueryConsumer(this, queryable(), processor);
      configureConsumer(query);
      return query;
    }
    PostConsumer consumer = new PostConsumer(this, destination(), processor);
    configureConsumer(consumer);
    return consumer;
  }

  private Destination destination() {
    Set<String> known = component().specification().destinations().keySet();
    Destination destination = component().specification().destination(name);
    if (destination == null) {
      throw refusal(
          known.isEmpty()
              ? "there are no destinations in config/destinations.yaml"
              : "no destination is named '%s'; %s? See config/destinations.yaml"
                  .formatted(
                      name,
                      Nearest.to(String.valueOf(name), known)
                          .map("did you mean '%s'"::formatted)
                          .orElse("did you mean one of " + String.join(", ", known))));
    }
    return destination;
  }

  private Destination queryable() {
    Destination destination = destination();
    if (destination.delivery() != DeliveryClass.QUERYABLE) {
      throw refusal(
          "destination '%s' is %s and is never asked; write delivery: queryable, or remove this route"
              .formatted(destination.name(), destination.delivery().specName()));
    }
    return destination;
  }

  private String link() {
    Set<String> known = component().specification().links().keySet();
    String link = String.valueOf(name);
    if (!known.contains(link)) {
      throw refusal(
          known.isEmpty()
              ? "there are no waybill.links in config/destinations.yaml"
              : "no link is named '%s'; did you mean %s? See waybill.links"
                  .formatted(
                      link,
                      Nearest.to(link, known)
                          .map("'%s'"::formatted)
                          .orElse("one of " + String.join(", ", known))));
    }
    return link;
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  WaybillComponent component() {
    return (WaybillComponent) getComponent();
  }

  /** The operations that may come this way; empty for all. */
  Set<String> allowedOperations() {
    return operations == null
        ? Set.of()
        : Arrays.stream(operations.split(","))
            .map(String::trim)
            .filter(text -> !text.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** How a large body is cut into documents; null where it is one. */
  @Nullable Split splitting() {
    return splitting;
  }

  /** How long to wait for the reply; null for not at all. */
  @Nullable Duration patience() {
    return patience;
  }

  public Kind getKind() {
    return kind;
  }

  public @Nullable String getName() {
    return name;
  }

  /** The destination that is posted to, or the link that is probed. */
  public void setName(@Nullable String name) {
    this.name = name;
  }

  public @Nullable String getOperations() {
    return operations;
  }

  /** The operations that may come this way, comma separated. */
  public void setOperations(@Nullable String operations) {
    this.operations = operations;
  }

  public @Nullable String getOperation() {
    return operation;
  }

  /** The operation of every document that comes this way. */
  public void setOperation(@Nullable String operation) {
    this.operation = operation;
  }

  public @Nullable String getSender() {
    return sender;
  }

  /** Who sends: a constant or an expression of the simple language. */
  public void setSender(@Nullable String sender) {
    this.sender = sender;
  }

  public @Nullable String getSource() {
    return source;
  }

  /** Where the documents come from. */
  public void setSource(@Nullable String source) {
    this.source = source;
  }

  public @Nullable String getWait() {
    return wait;
  }

  /** How long to wait for the reply. */
  public void setWait(@Nullable String wait) {
    this.wait = wait;
  }

  public @Nullable String getSplit() {
    return split;
  }

  /** How to split a large document. */
  public void setSplit(@Nullable String split) {
    this.split = split;
  }
}
