package io.waybill.spec.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong configurations and the exact words they are refused with. */
class WrongConfigurationTest {

  @TempDir Path folder;

  static Stream<Arguments> destinations() {
    return Stream.of(
        wrong(
            "{ delivery: dedup }",
            "delivery of destination erp is 'dedup'; write one of: transactional, deduplicating,"
                + " queryable, hold, repeat"),
        wrong("{ delivery: hol }", "delivery of destination erp is 'hol'; write hold"),
        wrong("hold", "destination erp is a table of keys, not 'hold'", NO_DELIVERY),
        wrong("", NO_DELIVERY),
        wrong(
            "{ delivery: hold, timeout: 30 }",
            "timeout of destination erp has no unit: '30'; write 30s, 30m, 30h, 30d or 30ms"),
        wrong(
            "{ delivery: hold, timeout: 30 sec }",
            "timeout of destination erp is no time: '30 sec'; write e.g. 500ms, 30s, 5m, 2h or 30d"),
        wrong(
            "{ delivery: hold, timeout: 0s }",
            "timeout of destination erp cannot be zero; write e.g. 30s"),
        wrong(
            "{ delivery: hold, in-flight: 0 }",
            "in-flight of destination erp is '0'; write a whole number from 1 to 100000"),
        wrong(
            "{ delivery: hold, inflight: 4 }",
            "unknown key 'inflight' in destination erp; write in-flight"),
        wrong(
            "{ delivery: hold, retry: { jitter: 1.5 } }",
            "jitter of retry of destination erp is '1.5'; write a number from 0 to 1"),
        wrong(
            "{ delivery: hold, retry: { factor: 0.5 } }",
            "factor of retry of destination erp is '0.5'; write a number from 1 to 100"),
        wrong(
            "{ delivery: hold, retry: { first: 10m, most: 5m } }",
            "most of retry of destination erp is shorter than first; write a longer one"),
        wrong(
            "{ delivery: hold, classify: { permanent: [ 422, 4xx ], transient: [ 422 ] } }",
            "permanent in classify of destination erp lists '4xx'; write an HTTP status such as 422"
                + " or an exception's class name",
            "transient in classify of destination erp lists '422', which is permanent already;"
                + " remove one"),
        wrong(
            "{ delivery: hold, links: [ nowhere ] }",
            "destination erp needs the link 'nowhere', which is not declared; write it under"
                + " waybill.links"),
        wrong(
            "{ delivery: hold, timeout: }",
            "'timeout' of destination erp has no value; write one or remove the key"),
        wrong(
            "{ delivery: hold, delivery: repeat }",
            "the key 'delivery' is here for the second time (first: line 2); remove one of them"));
  }

  private static final String NO_DELIVERY =
      "destination erp has no delivery; write delivery: transactional | deduplicating | queryable |"
          + " hold | repeat";

  @ParameterizedTest
  @MethodSource("destinations")
  void aWrongDestinationIsRefused(String destination, List<String> problems) {
    assertProblems(
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations:\n  erp: " + destination + "\n"),
        "destinations.yaml:2: ",
        problems);
  }

  static Stream<Arguments> operations() {
    return Stream.of(
        wrong("{ id: { json: /id } }", "operation Op has no post; write post: DESTINATION"),
        wrong("{ post: erpp }", "operation Op posts to 'erpp', which is no destination; write erp"),
        wrong("{ psot: erp, post: erp }", "unknown key 'psot' in operation Op; write post"),
        wrong(
            "{ post: erp, id: { json: orderId } }",
            "'json: orderId' in id of operation Op cannot be used: a JSON Pointer begins with '/';"
                + " write json: /orderId"),
        wrong(
            "{ post: erp, id: { json: /a~b } }",
            "'json: /a~b' in id of operation Op cannot be used: '~' is not followed by 0 or 1"),
        wrong(
            "{ post: erp, id: { jsn: /a } }",
            "id of operation Op has no expression; write exactly one of json, xpath, header,"
                + " constant, value",
            "unknown key 'jsn' in id of operation Op; write json"),
        wrong(
            "{ post: erp, id: { json: /a, header: b } }",
            "id of operation Op has json and header; write exactly one of json, xpath, header,"
                + " constant, value"),
        wrong(
            "{ post: erp, id: /a }",
            "id of operation Op is an expression, not '/a'; write e.g. { json: /orderId } or {"
                + " constant: ... }"),
        wrong(
            "{ post: erp, id: [] }",
            "id of operation Op is an empty list; write at least one expression"),
        wrong(
            "{ post: erp, id: { xpath: '/cbc:ID' } }",
            "'xpath: /cbc:ID' in id of operation Op uses the prefix 'cbc', which is not declared;"
                + " write cbd"),
        wrong(
            "{ post: erp, id: { value: customr }, values: { customer: { json: /c } } }",
            "operation Op names no value 'customr'; write customer"),
        wrong(
            "{ post: erp, values: { a: { value: b }, b: { value: a } } }",
            "the values of operation Op are defined by themselves: a -> b -> a; take one of them"
                + " from the document"),
        wrong(
            "{ post: erp, match: order }",
            "match of operation Op is a condition, not 'order'; write e.g. { json: /type, equals:"
                + " order }"),
        wrong(
            "{ post: erp, match: { root: '{cbd}Order' } }",
            "root in match of operation Op has the prefix 'cbd' in braces; write cbd:Order"),
        wrong(
            "{ post: erp, match: { root: 'x:Order' } }",
            "'root: x:Order' in match of operation Op uses the prefix 'x', which is not declared;"
                + " write it under waybill.namespaces"),
        wrong(
            "{ post: erp, match: { root: Order, equals: x } }",
            "match of operation Op has root and equals in one condition; write a list of"
                + " conditions, of which all have to hold"),
        wrong(
            "{ post: [ { to: erp }, { when: { header: x }, to: erp } ] }",
            "this entry under post of operation Op is never reached: the one before it has no when;"
                + " move it up"),
        wrong(
            "{ post: [ { when: { header: x }, to: erp } ] }",
            "messages of operation Op for which no when holds will fail; write { to: DESTINATION }"
                + " as the last entry"),
        wrong(
            "{ post: erp, on-failure: stop }",
            "on-failure of operation Op is 'stop'; write hold, go-on or compensate"),
        wrong(
            "{ post: erp, on-failure: compensate }",
            "on-failure: compensate of operation Op undoes steps, and it has none; write hold or"
                + " go-on"),
        wrong(
            "{ post: erp, links: edi }",
            "links of operation Op is 'edi'; write a list, e.g. [ { name: edi, when: { json:"
                + " /channel, equals: EDI } } ]"),
        wrong(
            "{ post: erp, links: [ edi, { name: vpn, wenn: { json: /a } }, { when: { json: /b } } ] }",
            "operation Op needs the link 'edi', which is not declared; write it under waybill.links",
            "operation Op needs the link 'vpn', which is not declared; write it under waybill.links",
            "unknown key 'wenn' in links of operation Op; write when",
            "an entry under links of operation Op has no name; write one"),
        wrong(
            "{ post: erp, links: [ { name: edi, when: { value: chanel } } ], values: { channel: {"
                + " json: /c } } }",
            "operation Op needs the link 'edi', which is not declared; write it under waybill.links",
            "operation Op names no value 'chanel'; write channel"),
        wrong(
            "{ post: erp, remember: 400 }",
            "remember of operation Op has no unit: '400'; write 400s, 400m, 400h, 400d or 400ms"),
        wrong(
            "{ post: erp, remember: 0s }",
            "remember of operation Op cannot be zero; write e.g. 30s"),
        wrong(
            "{ post: erp, reply: { keep: 7d } }",
            "reply of operation Op has no release; write release: none, encouraged or required"),
        wrong(
            "{ post: erp, reply: { release: never, refusal: take } }",
            "release of reply of operation Op is 'never'; write none, encouraged or required",
            "refusal of reply of operation Op is 'take'; write hold or give"),
        wrong(
            "{ post: erp, keep-headers: [ ETag ] }",
            "keep-headers of operation Op says which headers belong to its reply; write reply: {"
                + " release: none } too, or remove it"),
        wrong(
            "{ post: erp, reply: { release: none }, keep-headers: [ ETag, Set-Cookie ] }",
            "keep-headers of operation Op: 'Set-Cookie' cannot be part of a reply; remove it"),
        wrong("{ steps: [] }", "operation Op has no step; write [ { name: ..., post: ... } ]"),
        wrong(
            "{ post: erp, steps: [ { name: a, post: erp } ] }",
            "operation Op has both post and steps; write where it goes in one of them"),
        wrong(
            "{ steps: [ { name: a, post: erq }, { post: erp }, { name: b }, { name: c, post: erp,"
                + " wen: 1 }, { name: c, post: erp, cancel: maybe } ] }",
            "a step of operation Op posts to 'erq', which is no destination; write erp",
            "a step of operation Op has no name; write one",
            "a step of operation Op has no post; write post: DESTINATION",
            "unknown key 'wen' in a step of operation Op; write when",
            "cancel of a step of operation Op is 'maybe'; write true or false",
            "operation Op has two steps named c; write another name"),
        wrong(
            "{ steps: [ { name: a, post: erp }, { name: b, post: erp } ], hold-lane-until: a }",
            "hold-lane-until of operation Op is 'a'; write a step after the first: b"),
        wrong(
            "{ post: erp, hold-lane-until: a }",
            "hold-lane-until of operation Op says until which step; write steps too"));
  }

  static Stream<Arguments> requirements() {
    return Stream.of(
        wrong(
            "requires: [ { posted: { operation: Custmer, id: { json: /c } } } ]",
            "there is no operation 'Custmer', named in posted under requires of operation Op; write"
                + " Customer"),
        wrong(
            "requires: [ { posted: { operation: Op, id: { json: /c } } } ]",
            "operation Op requires itself; its messages would wait for each other. Name another"
                + " operation, or order them by a key in a sequencing group"),
        wrong(
            "requires: [ { posted: { operation: Customer } } ]",
            "posted under requires of operation Op does not say which message; write key, id or"
                + " business-id, e.g. key: { json: /customerId }"),
        wrong(
            "requires: [ { posted: { operation: Note, key: { json: /c } } } ]",
            "operation Op finds Note by key, and Note has none: it is unsequenced; write it in a"
                + " sequencing group, or find it by id or business-id"),
        wrong(
            "requires: [ { posted: { operation: Customer, business-id: { json: /c } } } ]",
            "operation Op requires Customer by business-id, and Customer names none; write"
                + " business-id: there, or find it by key or id"),
        wrong(
            "requires: [ { posted: { operation: Note, id: { json: /c }, then: fail } } ]",
            "then of posted under requires of operation Op has no time after which it holds; write"
                + " within: 48h"),
        wrong(
            "requires: [ { posted: { operation: Note, id: { json: /c }, within: 2, then: go } } ]",
            "within of posted under requires of operation Op has no unit: '2'; write 2s, 2m, 2h, 2d"
                + " or 2ms",
            "then of posted under requires of operation Op is 'go'; write hold or fail"),
        wrong(
            "requires: [ { posted: { operation: Note, id: { value: c } } } ]",
            "operation Op names no value 'c'; write it under values: of the operation"),
        wrong(
            "requires: { posted: { operation: Note, id: { json: /c } } }",
            "requires of operation Op is a list, not a table of keys; begin each entry with '- '"),
        wrong(
            "requires: [ { field: { root: Order } } ]",
            "field under requires of operation Op names no field; write e.g. { json: /approvedBy }"),
        wrong(
            "requires: [ { field: { json: /a }, posted: { operation: Note, id: { json: /c } } } ]",
            "an entry under requires of operation Op has field and posted; write exactly one of"
                + " field and posted in each entry"),
        wrong(
            "after: [ Op ]",
            "operation Op comes after itself; messages of one operation keep their order by their"
                + " lane alone. Remove it"),
        wrong(
            "after: [ Note ]",
            "operation Op comes after Note, and they are in no sequencing group together; put both"
                + " in one, or remove after"),
        wrong(
            "announces: { operation: Customer, key: { json: /c }, field: /approvd }",
            "operation Op announces the field '/approvd', which Customer does not require; write"
                + " /approved"),
        wrong(
            "announces: { operation: Customer, key: { json: /c } }",
            "announces of operation Op has no field; write one"));
  }

  @ParameterizedTest
  @MethodSource("requirements")
  void aWrongRequirementIsRefused(String requirement, List<String> problems) {
    assertProblems(
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: hold }\n")
            .with(
                "operations.yaml",
                "waybill.operations:\n"
                    + "  Customer: { post: erp, requires: [ { field: { json: /approved } } ] }\n"
                    + "  Op: { post: erp, "
                    + requirement
                    + " }\n"
                    + "  Note: { post: erp }\n")
            .with(
                "sequencing.yaml",
                """
                waybill.sequencing:
                  groups:
                    g:
                      lock-name-space: g
                      operations:
                        Customer: { key: { json: /k } }
                        Op: { key: { json: /k } }
                  unsequenced: [ Note ]
                """),
        "operations.yaml:3: ",
        problems);
  }

  static Stream<Arguments> circles() {
    return Stream.of(
        wrong(
            """
            A: { post: erp, after: [ B ] }
              B: { post: erp, after: [ C ] }
              C: { post: erp, after: [ A ] }
            """,
            "operation A comes after B, which comes after C, which comes after A: their messages in"
                + " a lane would wait for each other; remove after from one of them"),
        wrong(
            """
            A: { post: erp, requires: [ { posted: { operation: B, key: { json: /k } } } ] }
              B: { post: erp, requires: [ { posted: { operation: A, key: { json: /k } } } ] }
              C: { post: erp, requires: [ { posted: { operation: A, key: { json: /k } } } ] }
            """,
            "operation A requires B, which requires A: the first of their messages could never be"
                + " posted; remove requires from one of them"));
  }

  @ParameterizedTest
  @MethodSource("circles")
  void operationsThatWaitForEachOtherAreRefusedWithTheCircleNamed(
      String operations, List<String> problems) {
    assertProblems(withAll(operations), "operations.yaml:2: ", problems);
  }

  @Test
  void whatLeadsToACircleOrWaitsInTwoWaysIsNone() {
    assertThat(
            withAll(
                    """
                    A: { post: erp, after: [ B, C ] }
                      B: { post: erp, after: [ C ] }
                      C: { post: erp, requires: [ { posted: { operation: A, key: { json: /k } } } ] }
                    """)
                .problems())
        .isEmpty();
  }

  private ConfigFolder withAll(String operations) {
    return new ConfigFolder(folder)
        .with("destinations.yaml", "waybill.destinations.erp: { delivery: hold }\n")
        .with("operations.yaml", "waybill.operations:\n  " + operations)
        .with(
            "sequencing.yaml",
            """
            waybill.sequencing:
              groups:
                g:
                  lock-name-space: g
                  operations:
                    A: { key: { json: /k } }
                    B: { key: { json: /k } }
                    C: { key: { json: /k } }
            """);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aWrongOperationIsRefused(String operation, List<String> problems) {
    assertProblems(
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: hold }\n")
            .with(
                "operations.yaml",
                "waybill.namespaces: { cbd: 'urn:x' }\nwaybill.operations:\n  Op: "
                    + operation
                    + "\n")
            .with("sequencing.yaml", "waybill.sequencing.unsequenced: [ Op ]\n"),
        "operations.yaml:3: ",
        problems);
  }

  static Stream<Arguments> groups() {
    return Stream.of(
        wrong(
            "{ operations: { Op: { key: { json: /k } } } }",
            "sequencing group g has no lock-name-space; write e.g. lock-name-space: order",
            "!operation Op is in no sequencing group"),
        wrong(
            "{ lock-name-space: 'a:b', operations: { Op: { key: { json: /k } } } }",
            "lock-name-space of sequencing group g cannot be 'a:b'; write a letter followed by"
                + " letters, digits, '_' or '-'",
            "!operation Op is in no sequencing group"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { }, Other: { key: { json: /k } } } }",
            "operation Op in sequencing group g has no key; write key: EXPRESSION, or keys: ["
                + " EXPRESSION, ... ] for several lanes"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { value: x } } } }",
            "operation Op names no value 'x'; write it under values: of the operation"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, number: { json: /n, first:"
                + " -1 } } } }",
            "first in number of operation Op in sequencing group g is '-1'; write a whole number"
                + " from 0, e.g. first: 1"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, number: { constant: 1 } }"
                + " } }",
            "number of operation Op in sequencing group g is the same in every document; write one"
                + " of json, xpath, header, value"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, number: { value: n } } }"
                + " }",
            "operation Op names no value 'n'; write it under values: of the operation"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, twice: skip } } }",
            "operation Op in sequencing group g has no number, so there is nothing to say about"
                + " gaps, numbers that come twice, and numbers from the past; write e.g. number: {"
                + " json: /seq, first: 1 }, or remove it"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, number: { json: /n },"
                + " past: ignore } } }",
            "past of operation Op in sequencing group g is 'ignore'; write fail, skip, post"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, number: { json: /n }, gap:"
                + " { then: skip } } } }",
            "then of gap of operation Op in sequencing group g has no time after which it happens;"
                + " write e.g. wait: 10m beside it"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k }, number: { json: /n } },"
                + " Other: { key: { json: /k }, number: { json: /n, first: 0 } } } }",
            "the operations of sequencing group g number the same lanes and do not begin alike: Op"
                + " with 1, Other with 0; write the same first everywhere"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k } }, Opp: { key: { json: /k"
                + " } } } }",
            "there is no operation 'Opp', named in sequencing group g; write Op"),
        wrong(
            "{ lock-name-space: a, operations: { Op: { key: { json: /k } }, Other: { key: { json: /k"
                + " } } } }",
            "!operation Other is unsequenced and in the group g; remove it from one of them"));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void aWrongSequencingGroupIsRefused(String group, List<String> problems) {
    ConfigFolder config =
        new ConfigFolder(folder)
            .with("destinations.yaml", "waybill.destinations.erp: { delivery: hold }\n")
            .with(
                "operations.yaml",
                "waybill.operations:\n  Op: { post: erp }\n  Other: { post: erp }\n")
            .with(
                "sequencing.yaml",
                "waybill.sequencing.groups:\n  g: "
                    + group
                    + "\nwaybill.sequencing.unsequenced: [ Other ]\n");

    for (String problem : problems) {
      String expected =
          problem.startsWith("!") ? problem.substring(1) : "sequencing.yaml:2: " + problem;
      assertThat(config.problems()).anyMatch(shown -> shown.contains(expected));
    }
  }

  @Test
  void twoGroupsCannotShareALockNameSpace() {
    assertThat(
            new ConfigFolder(folder)
                .with(
                    "sequencing.yaml",
                    """
                    waybill.sequencing.groups:
                      a: { lock-name-space: x, operations: { } }
                      b: { lock-name-space: x, operations: { } }
                    """)
                .problems())
        .containsExactly(
            "sequencing.yaml:3: the groups a and b have the same lock-name-space 'x'; write another"
                + " one, or make them one group");
  }

  @Test
  void brokenYamlIsToldWithItsLine() {
    assertThat(
            new ConfigFolder(folder)
                .with("operations.yaml", "waybill.operations:\n  A: { post: erp\n  B: 5\n")
                .problems())
        .singleElement()
        .asString()
        .startsWith("operations.yaml:3: not well-formed YAML: while parsing a flow mapping");
  }

  @Test
  void anchorsDoNotMakeASmallFileLarge() {
    StringBuilder yaml =
        new StringBuilder("waybill.operations:\n  a0: &a0 [ x, x, x, x, x, x, x ]\n");
    for (int i = 1; i < 9; i++) {
      String item = "*a" + (i - 1);
      yaml.append(
          "  a%d: &a%d [ %s, %s, %s, %s, %s ]%n".formatted(i, i, item, item, item, item, item));
    }

    assertThat(new ConfigFolder(folder).with("operations.yaml", yaml.toString()).problems())
        .singleElement()
        .asString()
        .startsWith("operations.yaml: not acceptable YAML: more than 100000 nodes");
  }

  @Test
  void anAnchorThatHoldsItselfIsRefused() {
    assertThat(
            new ConfigFolder(folder)
                .with("operations.yaml", "waybill.operations: &a { x: *a }\n")
                .problems())
        .singleElement()
        .asString()
        .startsWith("operations.yaml: not acceptable YAML: ");
  }

  @Test
  void aTagIsRefused() {
    assertThat(
            new ConfigFolder(folder)
                .with("operations.yaml", "waybill.namespaces: { a: !!java.net.URL [ 'x' ] }\n")
                .problems())
        .containsExactly(
            "operations.yaml:1: not well-formed YAML: Global tag is not allowed:"
                + " tag:yaml.org,2002:java.net.URL");
  }

  @Test
  void technicalKeysBelongInApplicationYaml() {
    assertThat(
            new ConfigFolder(folder)
                .with("operations.yaml", "waybill.max-body: 1MB\nserver.port: 8080\n")
                .problems())
        .containsExactly(
            "operations.yaml:1: 'waybill.max-body' is not read from operations.yaml; write it in"
                + " application.yaml",
            "operations.yaml:2: unknown key 'server.port'; this file has keys under waybill. only");
  }

  private static Arguments wrong(String text, String... problems) {
    return Arguments.of(text, Arrays.asList(problems));
  }

  private static void assertProblems(ConfigFolder config, String place, List<String> problems) {
    assertThat(config.problems())
        .containsExactlyInAnyOrderElementsOf(
            problems.stream().map(problem -> place + problem).toList());
  }
}
