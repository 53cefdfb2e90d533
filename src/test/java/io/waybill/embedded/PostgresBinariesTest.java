package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {

  @TempDir Path folder;

  @Test
  void areUnpackedOnceWithPermissionsAndLinks() throws Exception {
    PostgresBinaries first = PostgresBinaries.unpack(folder);
    assertThat(Files.isExecutable(first.postgres())).isTrue();
    assertThat(Files.isExecutable(first.home().resolve("share/postgresql/postgres.bki"))).isFalse();
    FileTime unpacked = Files.getLastModifiedTime(first.postgres());

    PostgresBinaries second = PostgresBinaries.unpack(folder);
    assertThat(second).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(second.postgres())).isEqualTo(unpacked);

    Files.write(first.postgres(), new byte[0]);
    Files.createDirectories(folder.resolve("bin-partial-1/bin"));
    PostgresBinaries repaired = PostgresBinaries.unpack(folder);
    assertThat(Files.size(repaired.postgres())).isPositive();
    repaired.deleteOthers();
    assertThat(folder.resolve("bin-partial-1")).doesNotExist();
    assertThat(repaired.postgres()).exists();
  }

  @Test
  void linksOfAnArchiveAreKept() throws Exception {
    extract(file("lib/a.so.1", "x"), link("lib/a.so", "a.so.1"));
    assertThat(Files.readSymbolicLink(folder.resolve("lib/a.so"))).hasToString("a.so.1");
  }

  @Test
  void anArchiveCannotWriteOutsideItsFolder() {
    assertThatThrownBy(() -> extract(file("../outside", "x"))).hasMessageContaining("../outside");
    assertThatThrownBy(() -> extract(file("a/../../outside", "x")))
        .hasMessageContaining("leaves its folder");
    assertThatThrownBy(() -> extract(link("l", "../outside")))
        .hasMessageContaining("leaves its folder");
    assertThatThrownBy(() -> extract(link("l", "/etc/passwd")))
        .hasMessageContaining("leaves its folder");
    assertThatThrownBy(() -> extract(file("d/f", "x"), link("e", "d"), link("e/g", "f")))
        .hasMessageContaining("behind another link");
    assertThat(folder.resolveSibling("outside")).doesNotExist();
  }

  private record Entry(String name, byte type, String content) {}

  private static Entry file(String name, String content) {
    return new Entry(name, TarConstants.LF_NORMAL, content);
  }

  private static Entry link(String name, String target) {
    return new Entry(name, TarConstants.LF_SYMLINK, target);
  }

  private void extract(Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Entry entry : entries) {
        TarArchiveEntry header = new TarArchiveEntry(entry.name(), entry.type(), true);
        byte[] content = entry.content().getBytes(StandardCharsets.UTF_8);
        if (header.isSymbolicLink()) {
          header.setLinkName(entry.content());
        } else {
          header.setSize(content.length);
        }
        tar.putArchiveEntry(header);
        if (!header.isSymbolicLink()) {
          tar.write(content);
        }
        tar.closeArchiveEntry();
      }
    }
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      PostgresBinaries.extract(tar, folder);
    }
  }
}
