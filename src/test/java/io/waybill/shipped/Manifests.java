package io.waybill.shipped;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The objects that a folder under {@code k8s/} stands for. A field that Kubernetes does not know is
 * an error, which the server would only warn of.
 */
public final class Manifests {

  /** The shipped flow with servers of one's own. */
  public static final Path EXAMPLE = Path.of("k8s/overlays/example");

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Stream.of(
              ConfigMap.class,
              Deployment.class,
              NetworkPolicy.class,
              PersistentVolumeClaim.class,
              Service.class,
              ServiceAccount.class)
          .collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

  /** The model would keep fields that it does not know. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** As much of a kustomization.yaml as is used here; more of it is refused. */
  private record Kustomization(
      String apiVersion,
      String kind,
      @Nullable String namespace,
      @Nullable List<String> resources,
      @Nullable List<Image> images,
      @Nullable List<Generator> configMapGenerator) {}

  private record Image(String name, String newName, String newTag) {}

  private record Generator(
      String name, @Nullable List<String> files, @Nullable List<String> literals) {}

  private final String madeBy;
  private final List<HasMetadata> objects;

  private Manifests(String madeBy, List<HasMetadata> objects) {
    this.madeBy = madeBy;
    this.objects = objects;
  }

  /** What kustomize makes of a folder, done here, without names that tell the content. */
  public static Manifests of(Path folder) throws IOException {
    return new Manifests("this test", objects(folder));
  }

  /** The same, done by kubectl, where it is installed. */
  static Optional<Manifests> byKubectl(Path folder) throws IOException, InterruptedException {
    Process kubectl;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      return Optional.empty();
    }
    String written = new String(kubectl.getInputStream().readAllBytes());
    if (kubectl.waitFor() != 0) {
      throw new AssertionError("kubectl kustomize " + folder + " failed");
    }
    return Optional.of(new Manifests("kubectl", parse(written)));
  }

  private static List<HasMetadata> objects(Path folder) throws IOException {
    Kustomization rules =
        STRICT.convertValue(
            yaml().load(Files.readString(folder.resolve("kustomization.yaml"))),
            Kustomization.class);
    List<HasMetadata> objects = new ArrayList<>();
    for (String resource : orEmpty(rules.resources())) {
      Path path = folder.resolve(resource).normalize();
      objects.addAll(
          Files.isDirectory(path) ? objects(path) : parse(Files.readString(inside(folder, path))));
    }
    for (Generator generator : orEmpty(rules.configMapGenerator())) {
      objects.add(configMap(folder, generator));
    }
    for (HasMetadata object : objects) {
      if (rules.namespace() != null) {
        object.getMetadata().setNamespace(rules.namespace());
      }
      if (object instanceof Deployment deployment) {
        orEmpty(rules.images()).forEach(image -> replace(image, deployment));
      }
    }
    return objects;
  }

  private static ConfigMap configMap(Path folder, Generator generator) throws IOException {
    Map<String, String> data = new LinkedHashMap<>();
    for (String file : orEmpty(generator.files())) {
      String[] parts = file.split("=", 2);
      Path path = inside(folder, folder.resolve(parts[parts.length - 1]).normalize());
      data.put(parts.length == 2 ? parts[0] : file, Files.readString(path));
    }
    for (String literal : orEmpty(generator.literals())) {
      String[] parts = literal.split("=", 2);
      data.put(parts[0], parts[1]);
    }
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(generator.name())
        .endMetadata()
        .withData(data)
        .build();
  }

  /** Kustomize reads no file outside of the folder of its kustomization.yaml. */
  private static Path inside(Path folder, Path file) {
    if (!file.startsWith(folder.normalize())) {
      throw new AssertionError(file + " is not in " + folder);
    }
    return file;
  }

  private static void replace(Image image, Deployment deployment) {
    for (Container container : deployment.getSpec().getTemplate().getSpec().getContainers()) {
      if (container.getImage().equals(image.name())) {
        container.setImage(image.newName() + ":" + image.newTag());
      }
    }
  }

  private static List<HasMetadata> parse(String documents) {
    return StreamSupport.stream(yaml().loadAll(documents).spliterator(), false)
        .<HasMetadata>map(
            document -> {
              Object kind = ((Map<?, ?>) document).get("kind");
              Class<? extends HasMetadata> type = KINDS.get(String.valueOf(kind));
              if (type == null) {
                throw new AssertionError("nothing here checks a " + kind);
              }
              return STRICT.convertValue(document, type);
            })
        .toList();
  }

  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(options));
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  List<HasMetadata> all() {
    return objects;
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  Deployment deployment() {
    List<Deployment> deployments = all(Deployment.class);
    if (deployments.size() != 1) {
      throw new AssertionError(deployments.size() + " deployments");
    }
    return deployments.get(0);
  }

  PodSpec pod() {
    return deployment().getSpec().getTemplate().getSpec();
  }

  Container container() {
    List<Container> containers = pod().getContainers();
    if (containers.size() != 1) {
      throw new AssertionError(containers.size() + " containers");
    }
    return containers.get(0);
  }

  /** A ConfigMap that something refers to. */
  ConfigMap configMap(String name) {
    return all(ConfigMap.class).stream()
        .filter(map -> map.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no ConfigMap " + name + " " + this));
  }

  /** Where the container sees a volume. */
  public Path mounted(String volume) {
    return container().getVolumeMounts().stream()
        .filter(mount -> mount.getName().equals(volume))
        .map(mount -> Path.of(mount.getMountPath()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no volume " + volume));
  }

  /** The files of a volume that is a ConfigMap. */
  public Map<String, String> files(String volume) {
    return pod().getVolumes().stream()
        .filter(candidate -> candidate.getName().equals(volume))
        .map(candidate -> configMap(candidate.getConfigMap().getName()).getData())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no volume " + volume));
  }

  /** The variables of the container; of those in a Secret the key, after {@code secret:}. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (EnvFromSource source : container().getEnvFrom()) {
      ConfigMapEnvSource map = source.getConfigMapRef();
      environment.putAll(configMap(map.getName()).getData());
    }
    for (EnvVar variable : container().getEnv()) {
      environment.put(
          variable.getName(),
          variable.getValueFrom() == null
              ? variable.getValue()
              : "secret:" + variable.getValueFrom().getSecretKeyRef().getKey());
    }
    return environment;
  }

  /** Where the broker is asked how it is. */
  public Set<String> probes() {
    return Stream.of(
            container().getStartupProbe(),
            container().getLivenessProbe(),
            container().getReadinessProbe())
        .map(probe -> probe.getHttpGet().getPath())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How long it may take to stop. */
  public long graceSeconds() {
    return pod().getTerminationGracePeriodSeconds();
  }

  @Override
  public String toString() {
    return "(built by " + madeBy + ")";
  }
}
