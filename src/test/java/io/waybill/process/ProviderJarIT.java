package io.waybill.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.embedded.TestPostgres;
import io.waybill.provider.HistoryTables;
import io.waybill.provider.Provider;
import io.waybill.provider.TransactionId;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

@DisplayName("The jar of the provider library")
class ProviderJarIT {

  private static final Path JAR = Path.of("target", "waybill-provider.jar");

  @Test
  void holdsTheLibraryAlone() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      List<String> files =
          jar.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName).toList();
      assertThat(files)
          .contains("io/waybill/provider/Provider.class", "io/waybill/provider/history.sql")
          .allMatch(
              name -> name.startsWith("io/waybill/provider/") || name.startsWith("META-INF/"));
    }
  }

  @Test
  void needsNothingButTheJdkAndADriver() throws Exception {
    URL driver = PGSimpleDataSource.class.getProtectionDomain().getCodeSource().getLocation();
    TestPostgres.Database database = TestPostgres.freshDatabase();
    try (URLClassLoader alone =
            new URLClassLoader(
                new URL[] {JAR.toUri().toURL(), driver}, ClassLoader.getPlatformClassLoader());
        JarFile jar = new JarFile(JAR.toFile())) {
      for (JarEntry entry : jar.stream().filter(one -> one.getName().endsWith(".class")).toList()) {
        String name = entry.getName().replace('/', '.').replace(".class", "");
        if (!name.endsWith("package-info")) {
          assertThat(Class.forName(name, true, alone).getClassLoader()).isSameAs(alone);
        }
      }
      DataSource source =
          (DataSource)
              alone.loadClass(PGSimpleDataSource.class.getName()).getConstructor().newInstance();
      source.getClass().getMethod("setUrl", String.class).invoke(source, database.url());
      source.getClass().getMethod("setUser", String.class).invoke(source, database.user());
      source.getClass().getMethod("setPassword", String.class).invoke(source, database.password());
      alone
          .loadClass(HistoryTables.class.getName())
          .getMethod("create", DataSource.class, String.class)
          .invoke(null, source, "alone");
      Class<?> type = alone.loadClass(Provider.class.getName());
      Class<?> idType = alone.loadClass(TransactionId.class.getName());
      Object provider =
          type.getConstructor(DataSource.class, String.class, Map.class)
              .newInstance(source, "alone", Map.of());
      Object id = idType.getConstructor(String.class).newInstance("t1");
      assertThat(type.getMethod("find", idType).invoke(provider, id)).isEqualTo(Optional.empty());
      type.getMethod("cancel", idType).invoke(provider, id);
      assertThat((Optional<?>) type.getMethod("find", idType).invoke(provider, id)).isPresent();
    }
  }
}
