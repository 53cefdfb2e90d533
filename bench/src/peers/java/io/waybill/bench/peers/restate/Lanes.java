package io.waybill.bench.peers.restate;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.restate.client.Client;
import dev.restate.common.Request;
import dev.restate.common.Target;
import dev.restate.sdk.HandlerRunner;
import dev.restate.sdk.ObjectContext;
import dev.restate.sdk.endpoint.Endpoint;
import dev.restate.sdk.endpoint.definition.HandlerDefinition;
import dev.restate.sdk.endpoint.definition.HandlerType;
import dev.restate.sdk.endpoint.definition.ServiceDefinition;
import dev.restate.sdk.endpoint.definition.ServiceType;
import dev.restate.sdk.http.vertx.RestateHttpServer;
import dev.restate.serde.Serde;
import dev.restate.serde.SerdeFactory;
import io.waybill.bench.candidate.Surroundings;
import io.waybill.bench.peers.jms.InQueue;
import io.waybill.bench.peers.jms.Order;
import io.waybill.bench.peers.jms.OutQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The program: a lane is a virtual object, which has one document at a time. It starts the server
 * as a process of its own, and both are killed together.
 */
public final class Lanes {

  private static final int BATCH = 64;
  private static final String OBJECT = "Lane";
  private static final String HANDLER = "deliver";

  private static final Serde<String> TEXT =
      Serde.using(
          "application/json",
          text -> text.getBytes(StandardCharsets.UTF_8),
          bytes -> new String(bytes, StandardCharsets.UTF_8));

  private final ObjectMapper json = new ObjectMapper();
  private final OutQueue queue;
  private final Client server;

  private Lanes(Surroundings here, Ports ports) throws Exception {
    queue = new OutQueue(here);
    server = Client.connect(ports.ingressUrl());
  }

  /** Takes the program of the server and four ports: ingress, admin, node, handlers. */
  public static void main(String[] arguments) throws Exception {
    Ports ports =
        new Ports(
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    Surroundings here = Surroundings.here();
    // Vert.x would leave a folder behind where the machine has its temporary files
    System.setProperty("vertx.cacheDirBase", here.folder().resolve("vertx").toString());
    Lanes lanes = new Lanes(here, ports);
    RestateHttpServer.listen(Endpoint.bind(lanes.definition()), ports.handlers());
    Server.start(Path.of(arguments[0]), ports).register();
    new InQueue(here, BATCH).start(lanes::invoke);
    Surroundings.ready();
  }

  private ServiceDefinition definition() {
    HandlerRunner<String, Void> runner =
        HandlerRunner.of(this::deliver, SerdeFactory.NOOP, HandlerRunner.Options.DEFAULT);
    return ServiceDefinition.of(
        OBJECT,
        ServiceType.VIRTUAL_OBJECT,
        List.of(HandlerDefinition.of(HANDLER, HandlerType.EXCLUSIVE, TEXT, Serde.VOID, runner)));
  }

  private void deliver(ObjectContext lane, String body) throws IOException {
    String id = json.readTree(body).path("id").asText();
    lane.run("send", () -> queue.send(id, body));
  }

  /** All lanes at once, and in each lane one after the other. */
  private void invoke(List<Order> orders) {
    Map<String, CompletableFuture<?>> lanes = new HashMap<>();
    for (Order order : orders) {
      lanes.compute(
          order.lane(),
          (lane, before) ->
              before == null ? send(order) : before.thenCompose(accepted -> send(order)));
    }
    CompletableFuture.allOf(lanes.values().toArray(CompletableFuture[]::new)).join();
  }

  private CompletableFuture<?> send(Order order) {
    return server.sendAsync(
        Request.of(
                Target.virtualObject(OBJECT, order.lane(), HANDLER), TEXT, Serde.VOID, order.body())
            .idempotencyKey(order.id())
            .build());
  }
}
