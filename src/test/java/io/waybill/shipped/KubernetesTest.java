package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code kubectl apply -k} would create is whole, closed, and fits the broker. */
class KubernetesTest {

  private static final String NEVER = "never";

  @TempDir Path folder;

  static List<Manifests> manifests() throws IOException, InterruptedException {
    return Stream.concat(
            Stream.of(Manifests.of(Manifests.EXAMPLE)),
            Manifests.byKubectl(Manifests.EXAMPLE).stream())
        .toList();
  }

  @Test
  void kubectlMakesTheSameObjects() throws Exception {
    Set<String> here = names(Manifests.of(Manifests.EXAMPLE));
    assertThat(here).hasSize(9);
    for (Manifests made : manifests()) {
      assertThat(names(made)).as("%s", made).isEqualTo(here);
    }
  }

  private static Set<String> names(Manifests manifests) {
    return manifests.all().stream()
        .map(
            object ->
                "%s %s/%s"
                    .formatted(
                        object.getKind(),
                        object.getMetadata().getNamespace(),
                        object instanceof ConfigMap
                            ? object.getMetadata().getName().replaceFirst("-[a-z0-9]{10}$", "")
                            : object.getMetadata().getName()))
        .collect(Collectors.toSet());
  }

  @Test
  void aFieldThatKubernetesDoesNotKnowIsRefused() throws IOException {
    Files.writeString(folder.resolve("kustomization.yaml"), "resources: [ service.yaml ]");
    Files.writeString(
        folder.resolve("service.yaml"),
        """
        apiVersion: v1
        kind: Service
        metadata: { name: a }
        spec: { ports: [ { port: 1, tagetPort: 2 } ] }
        """);
    assertThatThrownBy(() -> Manifests.of(folder)).hasMessageContaining("tagetPort");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everythingReferredToIsThere(Manifests made) {
    PodSpec pod = made.pod();
    made.environment(); // every ConfigMap that variables come from
    for (Volume volume : pod.getVolumes()) {
      if (volume.getConfigMap() != null) {
        assertThat(made.files(volume.getName())).isNotEmpty();
      } else if (volume.getPersistentVolumeClaim() != null) {
        assertThat(named(made, PersistentVolumeClaim.class))
            .contains(volume.getPersistentVolumeClaim().getClaimName());
      } else {
        assertThat(volume.getEmptyDir()).as(volume.getName()).isNotNull();
      }
    }
    assertThat(made.container().getVolumeMounts())
        .extracting(VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(
            pod.getVolumes().stream().map(Volume::getName).toList());
    assertThat(named(made, ServiceAccount.class)).containsExactly(pod.getServiceAccountName());
  }

  private static <T extends HasMetadata> List<String> named(Manifests made, Class<T> type) {
    return made.all(type).stream().map(object -> object.getMetadata().getName()).toList();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void whatSelectsSelectsThePod(Manifests made) {
    Map<String, String> labels =
        made.deployment().getSpec().getTemplate().getMetadata().getLabels();
    assertThat(labels).isNotEmpty();
    assertThat(made.deployment().getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    for (Service service : made.all(Service.class)) {
      assertThat(service.getSpec().getSelector()).isEqualTo(labels);
      assertThat(service.getSpec().getPorts())
          .allSatisfy(port -> assertThat(ports(made)).contains(port.getTargetPort().getStrVal()));
    }
    for (NetworkPolicy policy : made.all(NetworkPolicy.class)) {
      assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(labels);
    }
  }

  private static List<String> ports(Manifests made) {
    return made.container().getPorts().stream().map(ContainerPort::getName).toList();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void itIsAskedHowItIsWhereItAnswers(Manifests made) throws IOException {
    for (Probe probe :
        List.of(
            made.container().getStartupProbe(),
            made.container().getLivenessProbe(),
            made.container().getReadinessProbe())) {
      assertThat(ports(made)).contains(probe.getHttpGet().getPort().getStrVal());
    }
    assertThat(made.container().getStartupProbe().getHttpGet().getPath())
        .isEqualTo(made.container().getLivenessProbe().getHttpGet().getPath())
        .isEqualTo("/actuator/health/liveness");
    assertThat(made.container().getReadinessProbe().getHttpGet().getPath())
        .isEqualTo("/actuator/health/readiness");
    String port = "port: " + made.container().getPorts().get(0).getContainerPort() + "\n";
    assertThat(made.files("config").get("application.yaml")).contains("\nserver:", port);
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void oneBrokerRunsAtATimeAndHasTimeToStop(Manifests made) {
    assertThat(made.deployment().getSpec().getReplicas()).isEqualTo(1);
    assertThat(made.deployment().getSpec().getStrategy().getType()).isEqualTo("Recreate");
    // as operations.md tells: routes 20 seconds, requests 30
    assertThat(made.pod().getTerminationGracePeriodSeconds()).isGreaterThan(20 + 30);
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void aMissingSettingIsNeverAnEmptyJournal(Manifests made) {
    assertThat(made.environment())
        .containsEntry("WAYBILL_EMBEDDED", NEVER)
        .containsKeys("SPRING_DATASOURCE_URL", "SPRING_ARTEMIS_BROKER_URL");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void passwordsAreInASecretThatIsToldOf(Manifests made) throws IOException {
    String told = Files.readString(Path.of("docs/deployment.md"));
    assertThat(made.environment())
        .allSatisfy(
            (name, value) -> {
              if (name.endsWith("PASSWORD") || name.endsWith("USERNAME")) {
                assertThat(value).as(name).startsWith("secret:");
              }
            });
    assertThat(
            made.container().getEnv().stream().map(EnvVar::getValueFrom).filter(Objects::nonNull))
        .isNotEmpty()
        .allSatisfy(
            from -> {
              SecretKeySelector key = from.getSecretKeyRef();
              assertThat(key.getName()).isEqualTo("waybill");
              assertThat(told).contains("\n    " + key.getKey() + "=");
            });
    assertThat(told).contains("kubectl -n waybill create secret generic waybill --from-env-file=");
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void itMayDoNothingButItsWork(Manifests made) {
    PodSpec pod = made.pod();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).as("they would be read as settings").isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    var container = made.container().getSecurityContext();
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getCapabilities().getAdd()).isEmpty();
    var resources = made.container().getResources();
    assertThat(resources.getRequests()).containsOnlyKeys("cpu", "memory");
    assertThat(resources.getLimits()).containsOnlyKeys("cpu", "memory");
    assertThat(resources.getLimits().get("memory"))
        .isEqualTo(resources.getRequests().get("memory"));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void itReachesWhatItIsToldToUseAndIsReachedByHttp(Manifests made) {
    Map<String, String> settings = made.environment();
    Set<Integer> open =
        made.all(NetworkPolicy.class).stream()
            .flatMap(policy -> policy.getSpec().getEgress().stream())
            .map(NetworkPolicyEgressRule::getPorts)
            .flatMap(List::stream)
            .map(port -> port.getPort().getIntVal())
            .collect(Collectors.toSet());
    assertThat(open)
        .contains(
            53,
            port(settings.get("SPRING_DATASOURCE_URL").substring("jdbc:".length())),
            port(settings.get("SPRING_ARTEMIS_BROKER_URL")),
            port(settings.get("WAYBILL_SAMPLE_CRM_URL")));
    assertThat(
            made.all(NetworkPolicy.class).stream()
                .flatMap(policy -> policy.getSpec().getIngress().stream())
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getStrVal()))
        .containsExactly("http");
  }

  private static int port(String url) {
    return URI.create(url).getPort();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void theFlowIsTheShippedOne(Manifests made) throws IOException {
    assertThat(made.files("config"))
        .containsExactlyInAnyOrderEntriesOf(
            Stream.concat(
                    files(Path.of("config"), ".yaml").stream(),
                    files(Path.of("config/sql"), ".sql").stream())
                .collect(Collectors.toMap(KubernetesTest::name, KubernetesTest::read)));
    assertThat(made.files("routes"))
        .as("routes/kustomization.yaml lists every route")
        .containsExactlyInAnyOrderEntriesOf(
            files(Path.of("routes"), ".camel.yaml").stream()
                .collect(Collectors.toMap(KubernetesTest::name, KubernetesTest::read)));
    assertThat(made.environment().get("SPRING_SQL_INIT_SCHEMA_LOCATIONS"))
        .isEqualTo("optional:file:" + made.mounted("config").resolve("ledger.sql"));
  }

  private static List<Path> files(Path in, String ending) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .filter(file -> !file.endsWith("kustomization.yaml"))
          .toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void itFitsTheImage(Manifests made) throws IOException {
    Dockerfile image = Dockerfile.shipped();
    String[] user = image.last("USER").split(":");
    var pod = made.pod().getSecurityContext();
    assertThat(pod.getRunAsUser()).isEqualTo(Long.parseLong(user[0]));
    assertThat(pod.getRunAsGroup()).isEqualTo(Long.parseLong(user[1]));
    assertThat(pod.getFsGroup()).isEqualTo(Long.parseLong(user[1]));
    Path home = Path.of(image.last("WORKDIR"));
    assertThat(made.mounted("config")).isEqualTo(home.resolve("config"));
    assertThat(made.mounted("routes")).isEqualTo(home.resolve("routes"));
    assertThat(made.mounted("data")).isEqualTo(Path.of(image.last("VOLUME")));
    assertThat(made.mounted("data")).isEqualTo(Path.of(made.environment().get("WAYBILL_DATA")));
    assertThat(made.mounted("tmp")).isEqualTo(Path.of("/tmp"));
    assertThat(String.valueOf(made.container().getPorts().get(0).getContainerPort()))
        .isEqualTo(image.last("EXPOSE"));
    assertThat(made.container().getImage()).endsWith("/waybill:" + Dockerfile.projectVersion());
  }
}
