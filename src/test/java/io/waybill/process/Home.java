package io.waybill.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Makes the home folder of a broker: two destinations, one set of lanes, three ways in. */
final class Home {

  /** Where programs send documents to. */
  static final String INTAKE = "intake";

  /** The queue behind the destination {@code erp}. */
  static final String ERP_QUEUE = "erp.in";

  /** How long the broker waits for an answer of the destination {@code crm}. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final String OPERATIONS =
      """
      waybill.operations:
        PlaceOrder:
          match: { json: /type, equals: PlaceOrder }
          id: { json: /id }
          post: erp
        PlaceAfter:
          match: { json: /type, equals: PlaceAfter }
          id: { json: /id }
          requires:
            - posted: { operation: TellCustomer, id: { json: /requires } }
          post: erp
        TellCustomer:
          match: { json: /type, equals: TellCustomer }
          id: { json: /id }
          post: crm
        BookXml:
          match: { root: "{urn:test}booking" }
          id: { xpath: "/*/@id" }
          post: erp
      """;

  private static final String SEQUENCING =
      """
      waybill.sequencing:
        groups:
          customer:
            lock-name-space: cust
            operations:
              PlaceOrder: { key: { json: /lane } }
              PlaceAfter: { key: { json: /lane } }
              TellCustomer: { key: { json: /lane } }
        unsequenced: [ BookXml ]
      """;

  private static final String DESTINATIONS =
      """
      waybill.destinations:
        erp:
          delivery: deduplicating
          remembers: { count: 200000 }
          in-flight: 64
          timeout: 10s
          retry: { first: 200ms, factor: 2, most: 2s }
        crm:
          delivery: deduplicating
          remembers: { time: 30d }
          in-flight: 16
          timeout: 2s
          retry: { first: 100ms, factor: 2, most: 1s }
      """;

  private static final String APPLICATION =
      """
      waybill:
        max-body: 4MB
      """;

  private static final String INTAKE_ROUTE =
      """
      - route:
          id: intake
          from:
            uri: jms:queue:intake
            steps:
              - to:
                  uri: waybill:submit
                  parameters:
                    sender: admin
      """;

  private static final String ERP_ROUTE =
      """
      - route:
          id: erp
          from:
            uri: waybill:post:erp
            steps:
              - to:
                  uri: jms:queue:erp.in
                  pattern: InOnly
      """;

  private static final String CRM_ROUTE =
      """
      - route:
          id: crm
          from:
            uri: waybill:post:crm
            steps:
              - to:
                  uri: "%s"
                  parameters:
                    httpMethod: POST
                    bridgeEndpoint: true
                    throwExceptionOnFailure: true
                    followRedirects: false
                    connectTimeout: 1000
                    responseTimeout: 2000
      """;

  private static final String DROP_ROUTE =
      """
      - templatedRoute:
          routeTemplateRef: waybill-drop-folder
          routeId: drop
          parameters:
            - name: folder
              value: drop
            - name: sender
              value: partner
      """;

  private Home() {}

  /**
   * Writes the folder.
   *
   * @param crm the address of the destination {@code crm}
   */
  static Path in(Path folder, String crm) {
    write(folder, "config/application.yaml", APPLICATION);
    write(folder, "config/operations.yaml", OPERATIONS);
    write(folder, "config/sequencing.yaml", SEQUENCING);
    write(folder, "config/destinations.yaml", DESTINATIONS);
    write(folder, "routes/intake.camel.yaml", INTAKE_ROUTE);
    write(folder, "routes/erp.camel.yaml", ERP_ROUTE);
    write(folder, "routes/crm.camel.yaml", CRM_ROUTE.formatted(crm));
    write(folder, "routes/drop.camel.yaml", DROP_ROUTE);
    return folder;
  }

  static void write(Path folder, String name, String content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
