package io.waybill.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BrokerSettingsTest {

  @Test
  void memoryMayHoldAsManyMessagesAsHalfOfTheHeapHolds() {
    assertThat(BrokerSettings.heldMessages(512L << 20)).isBetween(200_000, 250_000);
    assertThat(BrokerSettings.heldMessages(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }
}
