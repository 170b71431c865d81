using System.Management.Automation;

namespace DcpWorker.Cmdlets.Tests;

public sealed class SecondsAttributeTests
{
    [Theory]
    [InlineData(90)]
    [InlineData(90L)]
    [InlineData(90.0)]
    [InlineData("90")]
    public void A_bare_number_is_seconds(object number) => Assert.Equal(TimeSpan.FromSeconds(90), new SecondsAttribute().Transform(null!, number));

    [Theory]
    [InlineData("00:05:00")]
    [InlineData("soon")]
    public void Other_text_is_left_to_PowerShell(string text) => Assert.Equal(text, new SecondsAttribute().Transform(null!, text));

    [Theory]
    [InlineData(-1)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    public void Nonsense_is_refused(object number) =>
        Assert.ThrowsAny<RuntimeException>(() => new SecondsAttribute().Transform(null!, number));
}
