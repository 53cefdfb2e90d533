package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The schemas in {@code config/schema/} accept what ships and the contract, and refuse the rest.
 */
class ConfigurationSchemaTest {

  private static final Path CONFIG = Path.of("config");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"application", "destinations", "operations", "sequencing"})
  void theShippedFileIsValid(String name) throws IOException {
    String text = Files.readString(CONFIG.resolve(name + ".yaml"));
    assertThat(problems(name, text)).isEmpty();
    assertThat(text)
        .startsWith("# yaml-language-server: $schema=schema/" + name + ".schema.json\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application", "destinations", "operations", "sequencing", "common"})
  void theSchemaIsItselfValid(String name) throws IOException {
    JsonNode schema = MAPPER.readTree(CONFIG.resolve("schema/" + name + ".schema.json").toFile());
    JsonSchema ofSchemas =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(ofSchemas.validate(schema)).isEmpty();
  }

  @Test
  void destinationsMaySayAllOfTheContract() {
    assertThat(
            problems(
                "destinations",
                """
                waybill.destinations:
                  erp:
                    delivery: deduplicating
                    remembers: { time: 30d, count: 1000 }
                    in-flight: 64
                    timeout: 30s
                    links: [ erp ]
                    retry: { first: 1s, factor: 2, most: 5m, jitter: 0.2, expire: 72h, attempts: 9 }
                    classify:
                      permanent: [ 400, 422, java.lang.IllegalArgumentException ]
                      transient: [ 409 ]
                      ambiguous: [ 500 ]
                      unavailable: [ 503 ]
                  stock: { delivery: queryable, late: 5m }
                waybill.links:
                  erp: { every: 5s, timeout: 3s }
                """))
        .isEmpty();
  }

  @Test
  void operationsMaySayAllOfTheContract() {
    assertThat(
            problems(
                "operations",
                """
                waybill.namespaces: { cac: "urn:a", cbc: "urn:b" }
                waybill.operations:
                  CreateCustomer:
                    match: { header: DocumentType, equals: customer }
                    id: { json: /eventId }
                    post: crm
                  CreateOrder:
                    match:
                      - { root: "{urn:c}Order" }
                      - { xpath: "/o:Order/cbc:ID" }
                      - { json: /a~1b/0, equals: 7 }
                      - { source: "jms:orders.in" }
                    values: { customer: { json: /customerId } }
                    id: [ { json: /orderId }, { constant: x }, { header: Part } ]
                    business-id: { json: /purchaseOrder }
                    requires:
                      - field: { json: /approvedBy }
                      - posted:
                          operation: CreateCustomer
                          key: { value: customer }
                          within: 48h
                          then: hold
                    links: [ crm, { name: edi, when: { json: /channel, equals: EDI } } ]
                    post: [ { when: { json: /a, equals: b }, to: erp }, { to: archive } ]
                    on-failure: hold
                    reply: { release: required, keep: 7d, refusal: hold }
                    remember: 400d
                  CancelOrder: { id: { json: /id }, after: [ ChangeOrder ], post: erp }
                  ApproveOrder:
                    announces: { operation: CreateOrder, key: { json: /id }, field: /approvedBy }
                    post: erp
                  FulfilOrder:
                    steps:
                      - { name: reserve, post: stock }
                      - { name: charge, post: payments, when: { json: /paid, equals: false } }
                    on-failure: compensate
                """))
        .isEmpty();
  }

  @Test
  void sequencingMaySayAllOfTheContract() {
    assertThat(
            problems(
                "sequencing",
                """
                waybill.sequencing:
                  groups:
                    customer:
                      lock-name-space: cust
                      operations:
                        CreateCustomer: { key: { json: /id } }
                        CreateOrder:
                          keys: [ { value: customer } ]
                          number: { json: /seq, first: 1 }
                          gap: { wait: 10m, then: hold }
                          twice: fail
                          past: fail
                        ChangeOrder:
                          key: { value: customer }
                          number: { header: seq }
                          gap: { wait: 1h, then: skip }
                          twice: skip
                          past: post
                  unsequenced: [ Note ]
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "waybill.destinations: { erp: { in-flight: 3 } }",
        "waybill.destinations: { erp: { delivery: exactly-once } }",
        "waybill.destinations: { erp: { delivery: repeat, timeout: 30 } }",
        "waybill.destinations: { erp: { delivery: repeat, timeout: 30 seconds } }",
        "waybill.destinations: { erp: { delivery: repeat, remembers: { time: 1d } } }",
        "waybill.destinations: { erp: { delivery: repeat, in-fligth: 3 } }",
        "waybill.destination: { erp: { delivery: repeat } }"
      })
  void aWrongDestinationIsRefused(String text) {
    assertThat(problems("destinations", text)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ id: { json: /a } }",
        "{ id: { json: a }, post: crm }",
        "{ id: { json: /a, xpath: /b }, post: crm }",
        "{ id: [], post: crm }",
        "{ match: { equals: a }, post: crm }",
        "{ match: { root: 'a:Order' }, post: crm }",
        "{ post: crm, steps: [ { name: a, post: b } ] }",
        "{ post: [ { when: { json: /a } } ] }",
        "{ post: crm, on-failure: compensate }",
        "{ post: crm, reply: { keep: 7d } }",
        "{ post: crm, requires: [ { posted: { operation: A } } ] }",
        "{ post: crm, requires: [ { posted: { operation: A, id: { json: /a }, then: fail } } ] }",
        "{ post: crm, announces: { operation: A, field: /a } }"
      })
  void aWrongOperationIsRefused(String operation) {
    assertThat(problems("operations", "waybill.operations: { A: " + operation + " }")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ operations: { A: { key: { json: /id } } } }",
        "{ lock-name-space: 'a:b', operations: { A: { key: { json: /id } } } }",
        "{ lock-name-space: a, operations: { A: {} } }",
        "{ lock-name-space: a, operations: { A: { key: { json: /a }, keys: [ { json: /b } ] } } }",
        "{ lock-name-space: a, operations: { A: { key: { json: /a }, twice: fail } } }",
        "{ lock-name-space: a, operations: { A: { key: { json: /a }, number: { constant: 1 } } } }",
        "{ lock-name-space: a, operations: { A: { key: { json: /a }, number: { json: /n },"
            + " gap: { then: skip } } } }"
      })
  void aWrongGroupIsRefused(String group) {
    assertThat(problems("sequencing", "waybill.sequencing: { groups: { g: " + group + " } }"))
        .isNotEmpty();
  }

  private static Set<ValidationMessage> problems(String schema, String yaml) {
    Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(
            SchemaLocation.of(
                CONFIG.resolve("schema/" + schema + ".schema.json").toUri().toString()))
        .validate(MAPPER.valueToTree(tree));
  }
}
