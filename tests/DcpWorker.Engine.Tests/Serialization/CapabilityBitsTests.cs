using DcpWorker.Engine.Serialization;

namespace DcpWorker.Engine.Tests.Serialization;

public sealed class CapabilityBitsTests
{
    public static TheoryData<int, string> Recorded => Vectors.Cases(Vectors.Protocol("capabilities"), "bits");

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Capabilities_become_the_recorded_bits(int index, string bits)
    {
        JsValue vector = Vectors.List(Vectors.Protocol("capabilities"))[index];
        JobCapabilities read = CapabilityBits.FromJs(vector["caps"]);
        Assert.Equal(bits, ((int)read).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(read, CapabilityBits.FromJs(CapabilityBits.ToJs(read)));
    }

    [Fact]
    public void Anything_but_an_object_has_no_capabilities() => Assert.Equal(JobCapabilities.None, CapabilityBits.FromJs(JsValue.Null));
}
