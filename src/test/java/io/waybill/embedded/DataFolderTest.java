package io.waybill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

  @TempDir Path parent;

  @Test
  void isCreatedAndCanBeClaimedAgainAfterItWasGivenFree() {
    Path folder = parent.resolve("a/b");
    DataFolder.claim(folder).close();
    try (DataFolder claimed = DataFolder.claim(folder)) {
      assertThat(claimed.path()).isDirectory();
    }
  }

  @Test
  void isTheSameByWhateverNameItIsClaimed() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("folder"));
    Path link = Files.createSymbolicLink(parent.resolve("link"), folder);
    try (DataFolder claimed = DataFolder.claim(folder)) {
      assertThatThrownBy(() -> DataFolder.claim(link))
          .hasMessageContaining(claimed.path().toString())
          .hasMessageContaining("--home")
          .extracting("problem")
          .isEqualTo(Problem.FOLDER_IN_USE);
    }
  }

  @Test
  void aRefusedSecondClaimLeavesTheFirstInForce() {
    try (DataFolder first = DataFolder.claim(parent)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> DataFolder.claim(first.path()))
            .isInstanceOf(EmbeddedStartException.class);
      }
    }
  }

  @Test
  void saysHowMuchSpaceIsMissing() {
    assertThatThrownBy(() -> DataFolder.requireSpace(parent, Long.MAX_VALUE))
        .hasMessageContaining("MB are free")
        .extracting("problem")
        .isEqualTo(Problem.DISK_FULL);
  }
}
