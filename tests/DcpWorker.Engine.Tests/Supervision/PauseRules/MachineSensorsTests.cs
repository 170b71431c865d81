using System.Diagnostics;
using System.Runtime.Versioning;
using DcpWorker.Engine.Supervision.PauseRules;
using DcpWorker.Engine.Tests.Support;

namespace DcpWorker.Engine.Tests.Supervision.PauseRules;

/// <summary>What is read of the machine, from files and from a logind as they are recorded.</summary>
[SupportedOSPlatform("linux")]
public sealed class MachineSensorsTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_load_average_is_that_of_the_last_minute()
    {
        _root.Write("proc/loadavg", "5.20 2.14 0.71 3/412 11963\n");
        Assert.Equal(5.2, new MachineSensors(_root.Path).LoadAverage());
        Assert.InRange(new MachineSensors().LoadAverage(), 0, 10_000);
        _root.Write("proc/loadavg", "");
        Assert.Throws<SensorException>(() => new MachineSensors(_root.Path).LoadAverage());
        Assert.Throws<SensorException>(() => new MachineSensors("/nowhere").LoadAverage());
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "AC type=Mains online=0")]
    [InlineData(false, "AC type=Mains online=1; BAT0 type=Battery status=Charging")]
    [InlineData(true, "AC type=Mains online=0; BAT0 type=Battery status=Discharging")]
    [InlineData(true, "AC type=Mains online=0; BAT0 type=Battery status=Unknown")]
    [InlineData(true, "BAT0 type=Battery status=Discharging")]
    [InlineData(false, "BAT0 type=Battery status=Full")]
    [InlineData(false, "ucsi type=USB online=1; AC type=Mains online=0; BAT0 type=Battery status=Charging")]
    [InlineData(true, "ucsi type=USB online=0; BAT0 type=Battery status=Discharging")]
    [InlineData(false, "mouse type=Battery status=Discharging scope=Device")]
    [InlineData(false, "odd status=Discharging")]
    public void On_battery_is_no_mains_and_a_battery_of_the_machine_itself(bool onBattery, string supplies)
    {
        foreach (string[] supply in supplies.Split("; ", StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split(' ')))
        {
            foreach (string[] property in supply[1..].Select(p => p.Split('=')))
            {
                _root.Write($"sys/class/power_supply/{supply[0]}/{property[0]}", property[1] + "\n");
            }
        }

        Assert.Equal(onBattery, new MachineSensors(_root.Path).IsOnBattery());
    }

    [Theory]
    [InlineData(true, "Class=user\nType=wayland\nState=active\nTTY=tty2\nIdleHint=no")]
    [InlineData(false, "Class=user\nType=wayland\nState=active\nTTY=tty2\nIdleHint=yes")]
    [InlineData(true, "Class=user\nType=tty\nState=active\nTTY=pts/3\nIdleHint=no")]
    [InlineData(true, "Class=user-early\nType=x11\nState=online\nTTY=\nIdleHint=no")]
    [InlineData(false, "Class=greeter\nType=wayland\nState=active\nTTY=tty1\nIdleHint=no")]
    [InlineData(false, "Class=background\nType=unspecified\nState=active\nTTY=\nIdleHint=no")]
    [InlineData(false, "Class=user\nType=tty\nState=active\nTTY=\nIdleHint=no")]
    [InlineData(false, "Class=user\nType=tty\nState=closing\nTTY=pts/3\nIdleHint=no")]
    [InlineData(true, "Class=greeter\nType=wayland\nState=online\nTTY=tty1\nIdleHint=no\n\nClass=user\nType=tty\nState=active\nTTY=pts/0\nIdleHint=no")]
    public async Task Somebody_is_active_in_a_session_of_a_person_that_is_not_idle(bool active, string sessions)
    {
        int count = sessions.Split("\n\n").Length;
        string list = string.Join("\n", Enumerable.Range(1, count).Select(i => $"     {i} 1000 alice seat0 tty2 active no -"));
        MachineSensors sensors = new(_root.Path, LoginControl($"""
            case "$1" in
              list-sessions) printf '%s\n' '{list}' ;;
              show-session) shift; for id; do :; done; [ "$id" = {count} ] || exit 9; printf '%s\n' '{sessions}' ;;
            esac
            """));
        Assert.Equal(active, await sensors.IsUserActiveAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Without_a_session_nobody_is_active() =>
        Assert.False(await new MachineSensors(_root.Path, LoginControl("exit 0")).IsUserActiveAsync(CancellationToken.None));

    [Fact]
    public async Task A_logind_that_is_not_there_or_does_not_answer_cannot_tell()
    {
        SensorException absent = await Assert.ThrowsAsync<SensorException>(() =>
            new MachineSensors(_root.Path, LoginControl("echo 'Failed to connect to bus: No such file or directory' >&2; exit 1")).IsUserActiveAsync(CancellationToken.None));
        Assert.Contains("Failed to connect to bus", absent.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SensorException>(() => new MachineSensors(_root.Path, "/no/such/loginctl").IsUserActiveAsync(CancellationToken.None));

        long start = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<SensorException>(() => new MachineSensors(_root.Path, LoginControl("sleep 100")).IsUserActiveAsync(CancellationToken.None));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 60);
    }

    [Fact]
    public async Task This_machines_own_logind_answers_or_says_why_not()
    {
        try
        {
            await new MachineSensors().IsUserActiveAsync(CancellationToken.None);
        }
        catch (SensorException e)
        {
            Assert.StartsWith("logind does not say who uses this machine: ", e.Message, StringComparison.Ordinal);
        }
    }

    private string LoginControl(string script)
    {
        string file = _root.Write("loginctl", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        return file;
    }
}
